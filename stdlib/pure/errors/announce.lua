-- Errors of announcements.
return {
  ["announce.no_place"] = { exit = 4, why = "A step announces on a place that slipway.lua does not name (any more).", fix = "slipway help config: announce" },
  ["announce.refused"] = { exit = 4, why = "The place did not take the announcement; nothing was posted.", fix = "Read its answer; mend the entry in slipway.lua, then: slipway run announce" },
  ["announce.auth"] = { exit = 5, why = "The place does not accept the credential of its entry in slipway.lua.", fix = "slipway doctor shows where it is looked for; slipway doctor --rotate NAME helps to renew it." },
  ["announce.no_mailer"] = { exit = 4, why = "Mail is handed to sendmail, which is not on this machine.", fix = 'Install a mailer, or send by SMTP: smtp = "smtps://mail.example" in the entry.' },
  ["announce.strange"] = { exit = 4, why = "The answer is not the one that the place is documented to give, so it is not known whether it took the announcement.", fix = "Look at the place, then: slipway resume, as its hint says." },
}
