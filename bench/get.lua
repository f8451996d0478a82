-- Reads the metadata of bundles, each request another name.
local thread = 0
function setup(t)
  t:set("id", thread)
  thread = thread + 1
end
function init(args)
  n = 0
  token = args[1]
  path = args[2]
end
function request()
  n = n + 1
  local p = path
  if p == nil then p = string.format("/v1/secrets/read-%d", n % 1000) end
  return wrk.format("GET", p, { ["Authorization"] = "Bearer " .. token })
end
