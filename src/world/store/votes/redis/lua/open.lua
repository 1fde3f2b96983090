-- Takes votes for a poll; one that is there stays as it is.
-- KEYS: poll, open, askings
-- ARGV: name, ballot, until, change, opened (ms), forget before (ms), poll's seconds, others' seconds,
--       sent, the answers' keys
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local fields = {'ballot', ARGV[2], 'until', ARGV[3], 'change', ARGV[4], 'opened', ARGV[5]}
for i = 10, #ARGV do
  fields[#fields + 1] = 'k:' .. ARGV[i]
  fields[#fields + 1] = '1'
end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[8])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[6])
if ARGV[9] == '0' then
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
  redis.call('EXPIRE', KEYS[3], ARGV[8])
end
return 1
