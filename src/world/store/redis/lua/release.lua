-- Gives a lease back, if it is still held.
-- KEYS: lease
-- ARGV: who held it
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
