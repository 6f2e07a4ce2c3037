-- The script that measure-throughput.ts runs in wrk. The first argument is the Cookie header, or empty; each other one is an Authorization header, and requests use them in turn. It prints one line of JSON.
local requests = {}
local request_count = 0

function init(arguments)
  local cookie = table.remove(arguments, 1)
  for _, authorization in ipairs(arguments) do
    local headers = { Authorization = authorization }
    if cookie ~= "" then headers.Cookie = cookie end
    requests[#requests + 1] = wrk.format("GET", nil, headers)
  end
end

function request()
  request_count = request_count + 1
  return requests[request_count % #requests + 1]
end

function done(summary)
  local errors = summary.errors
  local faults = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local form = '{"requests":%d,"microseconds":%d,"faults":%d,"cpuSeconds":%f}\n'
  io.write(string.format(form, summary.requests, summary.duration, faults, os.clock()))
end
