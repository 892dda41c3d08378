-- For wrk: a token or a form from the environment, and one line of figures.
local token, form = os.getenv("BENCH_TOKEN"), os.getenv("BENCH_FORM")
local pause, fresh = os.getenv("BENCH_DELAY"), os.getenv("BENCH_FRESH")

wrk.method = os.getenv("BENCH_METHOD") or wrk.method
-- A pause of so many milliseconds before each request of a connection.
if pause then
	function delay()
		return tonumber(pause)
	end
end
-- Three pairs, of 1,000 keys of one account, with a value that is always new.
local write = os.getenv("BENCH_WRITE")
if write then
	local n, start = 0, os.time()

	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	function request()
		local pairs = {}

		for i = 1, 3 do
			n = n + 1
			local k, v = "key-" .. (n * 7919) % 1000, start .. "-" .. n

			pairs[i] = write == "atrium"
				and string.format('"%s":"%s"', k, v)
				or string.format('{"k":"%s","v":"%s"}', k, v)
		end
		pairs = table.concat(pairs, ",")
		return wrk.format(nil, nil, nil, write == "atrium"
			and '{"data":{' .. pairs .. '},"mode":"upsert"}'
			or '{"items":[' .. pairs .. ']}')
	end
end
-- An address that was never asked for before.
if fresh then
	local n, start = 0, os.time()

	function request()
		n = n + 1
		return wrk.format(nil, wrk.path .. "&n=" .. start .. "-" .. n)
	end
end

if token then
	wrk.headers["Authorization"] = "Bearer " .. token
end
if form then
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
	wrk.body = form
end

-- requests/s, p50 and p99 in milliseconds, answers of 400 and more, requests
-- without an answer
function done(summary, latency)
	local e = summary.errors

	io.write(string.format("FIGURES %.1f %.3f %.3f %d %d\n",
		summary.requests / (summary.duration / 1e6),
		latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		e.status, e.connect + e.read + e.write + e.timeout))
end
