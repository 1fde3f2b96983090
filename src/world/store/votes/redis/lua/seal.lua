-- Ends a poll's votes; all its fields.
-- KEYS: poll, open
-- ARGV: name, and `void` where they count for nothing
redis.call('SREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then
  return {}
end
redis.call('HSET', KEYS[1], 'sealed', '1')
if ARGV[2] == 'void' then
  redis.call('HSET', KEYS[1], 'void', '1')
end
return redis.call('HGETALL', KEYS[1])
