return function(bridge)
  local message = bridge.receive()
  bridge.send { echo = message }
end
