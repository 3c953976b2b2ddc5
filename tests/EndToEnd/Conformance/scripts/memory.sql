create table numbers(n integer primary key, name text, value real);
with recursive c(i) as (select 1 union all select i + 1 from c where i < 20000)
insert into numbers select i, printf('name %05d', i * 7919 % 20000), i / 7.0 from c;
create index by_name on numbers(name);
select count(*), min(name), max(name), round(sum(value), 6), round(avg(value), 6) from numbers;
explain query plan select * from numbers where name = 'name 00042';
select n, name from numbers where name between 'name 00100' and 'name 00110' order by name desc;
select n % 5 as k, count(*), group_concat(n) filter (where n < 40) from numbers group by k having count(*) > 1 order by k;
select name, row_number() over (order by value desc), sum(value) over (rows 2 preceding) from numbers where n <= 8;
select json_extract('{"a": [1, {"b": "x"}]}', '$.a[1].b'), json_group_array(n) from numbers where n < 5;
create virtual table texts using fts5(body);
insert into texts values ('the quick brown fox'), ('jumps over the lazy dog'), ('a fox and a dog');
select rowid, highlight(texts, 0, '[', ']') from texts where texts match 'fox OR dog' order by rank, rowid;
begin; delete from numbers where n > 10; select count(*) from numbers; rollback; select count(*) from numbers;
select typeof(1), typeof(1.5), typeof('x'), typeof(x'00ff'), hex(x'00ff'), 9223372036854775807 + 0, 1e308 * 10, upper('abc'), soundex('Robert');
select date('2024-02-29', '+1 year'), strftime('%j %W', '2024-12-31'), julianday('2000-01-01 12:00');
insert into numbers values (1, 'again', 0);
select * from nowhere;
.mode box
select n, name, value from numbers limit 3;
.mode json
select n, name from numbers limit 2;
.schema
