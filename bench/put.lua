-- Writes bundles of two entries under names of its own, each request another name out of 10,000.
local thread = 0
function setup(t)
  t:set("id", thread)
  thread = thread + 1
end
function init(args)
  n = 0
  token = args[1]
end
function request()
  n = n + 1
  local body = string.format(
    '{"values":{"API_KEY":"0123456789abcdef0123456789abcdef0123456789abcdef-%08d","USER_NAME":"somebody-with-a-name"}}', n)
  return wrk.format("PUT", string.format("/v1/secrets/bench-%d-%d", id, n % 10000),
    { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }, body)
end
