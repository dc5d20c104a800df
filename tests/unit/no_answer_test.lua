local no_answer = require "pure.no_answer"

local function of(method, status, body, location)
  return { no_answer({ method = method }, { status = status, body = body, headers = { location = location } }) }
end

test("another address is no answer, and what may be secret in it is not told", function()
  check.equal(of("PUT", 307, "", "https://b.example/x?token=s#y"), { "redirect", "https://b.example/x" })
  check.equal(of(nil, 302, ""), { "redirect", "another address" })
  check.equal(of(nil, 304, ""), {})
end)

test("a page for people answers no request that changes something; who only reads may get one", function()
  check.equal(of("POST", 200, "\n<!DOCTYPE html><p>log in"), { "page" })
  check.equal(of("DELETE", 200, "<html>"), { "page" })
  check.equal(of("GET", 200, "<html>"), {})
  check.equal(of("POST", 201, '{ "id": 1 }'), {})
end)
