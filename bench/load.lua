-- For wrk: a token or a form from the environment, and one line of figures.
local token, form = os.getenv("BENCH_TOKEN"), os.getenv("BENCH_FORM")

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
