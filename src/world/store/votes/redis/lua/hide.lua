-- Hides a name or shows it again; how many viewers have it.
-- KEYS: hidden, name counts
-- ARGV: SADD or SREM, name, seconds
redis.call(ARGV[1], KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0')
