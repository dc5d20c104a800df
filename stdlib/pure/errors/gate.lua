-- Errors of steps that wait.
return {
  ["gate.waiting"] = { exit = 11, why = "The run waits for a person or a service.", fix = "slipway resume when it is decided." },
}
