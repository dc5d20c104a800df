-- Errors of forges.
return {
  ["forge.unknown_kind"] = { exit = 2, why = "slipway.lua names a forge that Slipway does not know.", fix = "slipway help config" },
  ["forge.none"] = { exit = 4, why = "A step needs a forge, and slipway.lua configures none.", fix = "slipway help config: forge" },
  ["forge.no_repository"] = { exit = 2, why = "The forge's repository is neither configured nor to be read off the remote's address.", fix = 'Set forge.repo = "owner/name".' },
  ["forge.no_url"] = { exit = 2, why = "The forge's address is missing.", fix = "Set forge.url in slipway.lua." },
  ["forge.auth"] = { exit = 5, why = "The forge does not accept the token, or there is none.", fix = "Mend forge.token in slipway.lua or the place it refers to; slipway doctor tries it." },
  ["forge.forbidden"] = { exit = 5, why = "The token is valid but lacks a right.", fix = "Make a token that may write to the repository." },
  ["forge.not_found"] = { exit = 4, why = "The forge does not know the repository or the page (or the token may not see it).", fix = "Compare forge.url and forge.repo with the address in the browser." },
  ["forge.conflict"] = { exit = 4, why = "The forge holds something that is in the way: a page of that tag, an asset of that name.", fix = "Look at the release page." },
  ["forge.limited"] = { exit = 4, why = "The forge's rate limit is exhausted.", fix = "Wait as long as it says, then: slipway resume" },
  ["forge.broken"] = { exit = 4, why = "The forge answered with a fault of its own.", fix = "slipway resume, which first asks what has arrived" },
  ["forge.immutable"] = { exit = 4, why = "The release is immutable: its tag and assets are locked for good.", fix = "Release the next version; title and text can still be changed (slipway eval --yes 'p:mark{ … }')." },
  ["forge.unsupported"] = { exit = 4, why = "The forge offers no way to do that.", fix = "Read the hint: what it offers instead." },
  ["forge.cannot_dispatch"] = { exit = 4, why = "The workflow cannot be started through the interface: it is unknown there, has no workflow_dispatch, or the token may not.",
    fix = "Start it by hand where the message says, then: slipway resume" },
  ["forge.refused"] = { exit = 4, why = "The forge refused the request.", fix = "Read its answer." },
}
