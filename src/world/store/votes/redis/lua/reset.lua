-- Forgets everybody's points of before; nothing where that era has begun.
-- KEYS: points, era
-- ARGV: era, seconds
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  redis.call('UNLINK', KEYS[1])
end
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
