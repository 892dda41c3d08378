<?php
// The two endpoints without a framework: PDO, persistent connections.
declare(strict_types=1);

function answer(array $data, int $status = 200): never
{
	http_response_code($status);
	header('Content-Type: application/json');
	echo json_encode($data, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
	exit;
}

function decode_part(string $text): string
{
	return (string) base64_decode(strtr($text, '-_', '+/'));
}

function caller(): int
{
	$header = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
	$parts = explode('.', substr($header, 7));
	if (!str_starts_with($header, 'Bearer ') || count($parts) !== 3) {
		answer(['detail' => 'Not authenticated'], 401);
	}
	$head = json_decode(decode_part($parts[0]), true);
	$right = hash_hmac('sha256', "$parts[0].$parts[1]", $_SERVER['PEER_SECRET'], true);
	$claims = json_decode(decode_part($parts[1]), true);
	if (($head['alg'] ?? '') !== 'HS256' || ($claims['exp'] ?? 0) < time()
		|| !hash_equals($right, decode_part($parts[2]))) {
		answer(['detail' => 'Could not validate credentials'], 401);
	}
	return (int) $claims['sub'];
}

function database(): PDO
{
	$socket = $_SERVER['PEER_SOCKET'];
	return new PDO(
		"mysql:unix_socket=$socket;dbname=atrium_peers;charset=utf8mb4",
		$_SERVER['PEER_USER'],
		$_SERVER['PEER_PASSWORD'],
		[
			PDO::ATTR_PERSISTENT => true,
			PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
			PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
		]
	);
}

function products(): never
{
	$statement = database()->prepare(
		'SELECT id, sku, name, description, category, price, currency, stock,'
		. ' created_at FROM products WHERE id > ? ORDER BY id LIMIT ?'
	);
	$statement->bindValue(1, (int) ($_GET['after'] ?? 0), PDO::PARAM_INT);
	$statement->bindValue(2, min((int) ($_GET['limit'] ?? 20), 100), PDO::PARAM_INT);
	$statement->execute();
	$rows = $statement->fetchAll();
	answer(['data' => $rows, 'next' => $rows ? end($rows)['id'] : null]);
}

function write(): never
{
	$user = caller();
	$batch = json_decode((string) file_get_contents('php://input'), true);
	$now = gmdate('Y-m-d H:i:s');
	$database = database();
	$database->beginTransaction();
	$statement = $database->prepare(
		'INSERT INTO kv (user_id, k, v, updated_at) VALUES (?, ?, ?, ?)'
		. ' ON DUPLICATE KEY UPDATE v = VALUES(v), updated_at = VALUES(updated_at)'
	);
	foreach ($batch['items'] as $pair) {
		$statement->execute([$user, $pair['k'], $pair['v'], $now]);
	}
	$database->commit();
	answer(['written' => array_column($batch['items'], 'k')], 201);
}

match ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
	'GET /products' => products(),
	'POST /kv' => write(),
	default => answer(['detail' => 'Not Found'], 404),
};
