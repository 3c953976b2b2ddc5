-- Coroutines, errors, closing, the collector, deep recursion.
local function count(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local sum = 0
for i in count(100000) do sum = sum + i end
print(sum)
print(pcall(error, { code = 7 }) , select(2, pcall(error, "plain", 0)))
print(select(2, xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m:match("attempt.*") end)))
do
    local closed <close> = setmetatable({}, { __close = function() print("closed") end })
    print("inside")
end
local collected = 0
for i = 1, 50000 do
    local thing = setmetatable({ i }, { __gc = function() collected = collected + 1 end })
end
collectgarbage()
collectgarbage()
print("collected", collected)
local weak = setmetatable({}, { __mode = "k" })
weak[{}] = 1
collectgarbage()
print(next(weak))
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
print(deep(150000), pcall(function() local function endless() return 1 + endless() end return endless() end) == false)
local f = load("local a, b = ... ; return a * b, debug.getinfo(1, 'l').currentline")
print(f(6, 7))
print(select(2, load("x = = 1")))
goto last
print("never")
::last::
os.exit(5, true)
