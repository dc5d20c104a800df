-- slipway completion SHELL: a few lines for the shell, which ask this program for every candidate. So what is offered is
-- always what this program, and this project's recipes, know.
local errors = require "pure.errors"
local near = require "pure.near"

local M = {}

M.help = {
  { "bash", 'eval "$(slipway completion bash)"   in ~/.bashrc' }, { "zsh", 'eval "$(slipway completion zsh)"    in ~/.zshrc, after compinit' },
  { "fish", "slipway completion fish > ~/.config/fish/completions/slipway.fish" },
}

local shells = {}

shells.bash = [[
# bash completion for slipway: eval "$(slipway completion bash)"
_slipway() {
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(slipway __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _slipway slipway]]

shells.zsh = [==[
#compdef slipway
# zsh completion for slipway: eval "$(slipway completion zsh)"
_slipway() {
  local line
  local -a found
  for line in "${(@f)$(slipway __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe slipway found || _files
}
compdef _slipway slipway]==]

shells.fish = [[
# fish completion for slipway
complete -c slipway -a '(slipway __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)']]

function M.run(context, words)
  local o, err = context:parse("completion", words, function(parser) parser:argument "shell" end)
  if not o then return err == 0 and 0 or nil, err end
  local text = shells[o.shell]
  if not text then
    local names = { "bash", "zsh", "fish" }
    return nil, errors.new { code = "usage.wrong", message = ("there is no completion for '%s'%s"):format(o.shell, near.suggest(o.shell, names)), hint = table.concat(names, ", ") }
  end
  context.out.object("completion", { shell = o.shell, script = text })
  context.out.say(text)
  return 0
end

return M
