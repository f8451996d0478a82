-- Lists the collections of the application that the bench made, reads one with its values, or overwrites it.
local thread = 0
function setup(t)
  t:set("id", thread)
  thread = thread + 1
end
function init(args)
  token = args[1]
  act = args[2]
  n = 0
end
function request()
  n = n + 1
  if act == "GET" then
    return wrk.format("GET", "/v1/applications/bench/secrets", { ["Authorization"] = "Bearer " .. token })
  end
  if act == "REVEAL" then
    return wrk.format("GET", "/v1/applications/bench/secrets/keys", { ["Authorization"] = "Bearer " .. token })
  end
  local body = string.format('{"id":"keys","name":"keys","secrets":[{"type":"env","location":"KEY","value":"a-key-%08d"}]}', n)
  return wrk.format("PUT", "/v1/applications/bench/secrets/keys",
    { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end
