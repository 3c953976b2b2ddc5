-- Files in the folder that the argument names, and the clock.
local folder = arg[1]
local file = assert(io.open(folder .. "/lines", "w"))
for i = 1, 1000 do file:write(i, "\t", i * i, "\n") end
print(file:seek("cur"), file:seek("set", 10), file:close())
local total = 0
for line in io.lines(folder .. "/lines") do total = total + tonumber(line:match("\t(%d+)")) end
print(total)
local both = assert(io.open(folder .. "/lines", "r+"))
both:setvbuf("full", 64)
both:seek("end", -5)
print(both:read("a"))
both:seek("set", 0)
both:write("X")
print(both:read("n", "l", 3))
both:close()
print(io.open(folder .. "/none"))
print(os.rename(folder .. "/lines", folder .. "/moved"), os.remove(folder .. "/text"), os.remove(folder .. "/none"))
print(os.time({ year = 2020, month = 2, day = 29, hour = 12 }), os.date("!%Y-%m-%d %H:%M:%S", 86400), os.clock() >= 0)
print(os.time() > 1600000000, os.getenv("NOT_THERE"))
io.stderr:write("to the error stream\n")
print(#io.read("a"))
