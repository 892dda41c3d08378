# Of script/bench: medians of all rounds, and the ratios beside their targets.
# Lines: ROUND CASE REQUESTS/S P50 P99 REFUSED LOST. -v what=own, peers or products.

function median(name, column,	n, i, a)
{
	n = 0
	for (i = 1; i <= rounds; i++)
		if ((i, name, column) in x)
			a[++n] = x[i, name, column]
	return middle(a, n)
}

function middle(a, n,	i, j, v)
{
	for (i = 2; i <= n; i++) {
		v = a[i]
		for (j = i - 1; j > 0 && a[j] > v; j--)
			a[j + 1] = a[j]
		a[j + 1] = v
	}
	if (n == 0)
		return 0
	return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

# The median of the ratios within a round.
function ratio(over, under,	n, i, a)
{
	n = 0
	for (i = 1; i <= rounds; i++)
		if (x[i, under, 1] > 0 && (i, over, 1) in x)
			a[++n] = x[i, over, 1] / x[i, under, 1]
	return middle(a, n)
}

function judge(what, value, target, good)
{
	printf "  %-44s %8s  %-10s %s\n", what, value, target,
		good ? "ok" : "MISSED"
	if (!good)
		missed = 1
}

function at_least(what, value, target)
{
	judge(what, sprintf("%.2f", value), ">= " target,
		value >= target)
}

function print_cases(	i, n)
{
	printf "\n  %-16s %10s %10s %10s %9s %6s\n", "case",
		"requests/s", "p50 ms", "p99 ms", ">= 400", "lost"
	for (i = 1; i <= cases; i++) {
		n = order[i]
		printf "  %-16s %10.0f %10.2f %10.2f %9d %6d\n", n,
			median(n, 1), median(n, 2), median(n, 3),
			refused[n], lost[n]
		if (n != "logins" && refused[n] + lost[n] > 0)
			errors = 1
	}
}

function judge_own(	p50, p99, tail)
{
	at_least("hello / static", ratio("hello", "static"), 0.85)
	at_least("hello / plain FCGX_Accept_r",
		ratio("hello", "plain"), 1.8)
	at_least("me / hello", ratio("me", "hello"), 0.36)
	at_least("me: ES256 / HS256", ratio("me", "me-hmac"), 0.95)
	at_least("items (100 of 100) / me", ratio("items", "me"), 0.6)
	at_least("items of 100,000 / of 100, never asked for",
		ratio("many-new", "items-new"), 0.8)
	judge("tasks done in a second", sprintf("%d",
		median("tasks", 1)), ">= 90", median("tasks", 1) >= 90)
	p99 = median("me", 3)
	judge("me: p99 while they are done / alone", sprintf("%.1f",
		median("me-tasks", 3) / p99), "<= 2",
		median("me-tasks", 3) <= 2 * p99)
	judge("errors with 256 connections",
		refused["me-256"] + lost["me-256"], "= 0",
		refused["me-256"] + lost["me-256"] == 0)
	p50 = median("me-256", 2)
	tail = p50 > 0 ? median("me-256", 3) / p50 : 999
	judge("me-256: p99 / p50", sprintf("%.1f", tail), "<= 4",
		tail <= 4)
	at_least("me while 32 log in / alone",
		ratio("me-login", "me"), 0.75)
	judge("MiB of a worker beside the hash arenas",
		sprintf("%.1f", pss / 1024), "<= 8", pss <= 8192)
}

# name: products or kv; the last four: how many times as fast as each peer.
function judge_peers(name, sync, async, php, fastify)
{
	at_least(name " / FastAPI sync", ratio(name, name "-sync"), sync)
	at_least(name " / FastAPI async", ratio(name, name "-async"), async)
	at_least(name " / PHP-FPM", ratio(name, name "-php"), php)
	at_least(name " / Fastify", ratio(name, name "-fastify"), fastify)
}

function judge_all_peers()
{
	at_least("products / me", ratio("products", "me"), 0.8)
	at_least("products, never asked for / me",
		ratio("products-new", "me"), 0.8)
	judge_peers("products", 8, 4.5, 2.5, 1.6)
	judge_peers("kv", 6, 3, 2.8, 2.8)
}

function judge_products(	i, n, name)
{
	n = split("list filter sort range words last walk", name, " ")
	for (i = 1; i <= n; i++)
		at_least(name[i] " of 1,000,000 / of 10,000",
			ratio(name[i] "-many", name[i] "-few"), 0.8)
}

{
	if ($1 > rounds)
		rounds = $1
	for (i = 3; i <= NF; i++)
		x[$1, $2, i - 2] = $i
	if (!($2 in seen)) {
		seen[$2] = 1
		order[++cases] = $2
	}
	refused[$2] += $6
	lost[$2] += $7
}

END {
	print_cases()
	print ""
	if (what == "peers")
		judge_all_peers()
	else if (what == "products")
		judge_products()
	else
		judge_own()
	exit errors ? 2 : missed
}
