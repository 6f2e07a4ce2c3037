-- The script that measure-throughput.ts runs in wrk. Each argument is an Authorization header; requests use them in turn. It prints one line of JSON.
local requests = {}
local request_count = 0

function init(authorizations)
  for _, authorization in ipairs(authorizations) do
    requests[#requests + 1] = wrk.format("GET", nil, { Authorization = authorization })
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
