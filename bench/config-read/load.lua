-- wrk's part of load.ts: each argument is the Authorization of somebody who asks, all in turn; the result is a line of JSON.
local requests = {}
local asked = 0

function init(authorizations)
  for _, authorization in ipairs(authorizations) do
    requests[#requests + 1] = wrk.format("GET", nil, { Authorization = authorization })
  end
end

function request()
  asked = asked + 1
  return requests[asked % #requests + 1]
end

function done(summary)
  local errors = summary.errors
  local faults = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local form = '{"requests":%d,"microseconds":%d,"faults":%d,"cpuSeconds":%f}\n'
  io.write(string.format(form, summary.requests, summary.duration, faults, os.clock()))
end
