-- Lets the votes of a poll end later, unless they are final.
-- KEYS: poll
-- ARGV: ballot, moment
local ends = redis.call('HGET', KEYS[1], 'until')
if ends and ARGV[2] > ends and redis.call('HEXISTS', KEYS[1], 'sealed') == 0 then
  redis.call('HSET', KEYS[1], 'ballot', ARGV[1], 'until', ARGV[2])
end
