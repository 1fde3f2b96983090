-- Begins to give the points of a poll, whose votes end; 1 while some are left to give.
-- KEYS: poll, open, awards
-- ARGV: name, choice, points, seconds
redis.call('SREM', KEYS[2], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], 'sealed', '1')
if redis.call('HEXISTS', KEYS[1], 'k:' .. ARGV[2]) == 0 then
  return 0
end
if redis.call('HSETNX', KEYS[1], 'award', ARGV[2]) == 1 then
  redis.call('HSET', KEYS[1], 'award_points', ARGV[3])
  redis.call('SADD', KEYS[3], ARGV[1])
  redis.call('EXPIRE', KEYS[3], ARGV[4])
end
return 1 - redis.call('HEXISTS', KEYS[1], 'award_done')
