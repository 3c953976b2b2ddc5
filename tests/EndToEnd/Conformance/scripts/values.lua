-- Strings, patterns, tables, integers and floats.
for i = 1, #arg do print(i, arg[i]) end
print(math.maxinteger + 1 == math.mininteger, 7 // 2, -7 // 2, -7 % 3, 7.5 // 2, 2 ^ 53, 1e300 * 1e10, -(0 / 0) ~= 0)
print(string.format("%q %a %10.4f %-8s| %x %g", "a\nb\0c", 0.1, math.pi, "left", 255, 1e20))
for word, number in ("alpha=1, beta=22;gamma=333"):gmatch("(%a+)=(%d+)") do io.write(word, ":", number * 2, " ") end
print(("hello world"):gsub("o(.)", function(c) return "<" .. c:upper() .. ">" end))
print(("%s"):rep(3, "-"):format(1, true, nil), ("x"):byte(), utf8.char(228, 8364, 128512), utf8.len("äöü"))
local numbers = {}
local seed = 42
for i = 1, 20000 do seed = (seed * 1103515245 + 12345) % 2147483648; numbers[i] = seed end
table.sort(numbers)
print(numbers[1], numbers[10000], numbers[20000], select("#", table.unpack(numbers, 1, 200)))
local keys = setmetatable({}, { __index = function(_, k) return k .. "?" end, __len = function() return 99 end })
keys.a = 1
print(keys.a, keys.b, #keys, rawlen(keys), next(keys))
print(string.pack("<i4z", 7, "packed"):byte(1, -1))
print(string.unpack("<i4z", string.pack("<i4z", -7, "packed")))
print(table.concat({ 1, 2, 3 }, ", "), 1 < 1.5, "10" + 5, 10 .. "", math.type(3), math.type(3.0), 3 | 8, ~0, 1 << 62)
