-- Lets a poll's votes end at a moment, or sooner.
-- KEYS: poll
-- ARGV: moment
local ends = redis.call('HGET', KEYS[1], 'until')
if ends and ARGV[1] < ends then
  redis.call('HSET', KEYS[1], 'until', ARGV[1])
end
