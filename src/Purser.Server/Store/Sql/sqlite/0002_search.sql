-- The search: written by hand, because the model knows no full-text index. The table itself is the model's (0001).
-- What must stand in search_entry: the one definition of the texts by which things are found.
create view search_source as
select account_id, 'Device' as kind, id, virtual_account_id, search_text as text from device where state = 'Registered'
union all
select 0, 'License', id, 0, upper(name || ' ' || tag) from entitlement
union all
select account_id, 'Order', id, 0, upper(order_number || ' ' || purchase_order || ' ' || sku) from license_line
 where order_number <> '' or purchase_order <> '' or sku <> ''
union all
select account_id, 'Token', id, virtual_account_id, upper(description) from registration_token where description <> ''
union all
select 0, 'Person', id, 0, upper(display_name || ' ' || coalesce(email, '')) from person
union all
select account_id, 'VirtualAccount', id, id, upper(name || ' ' || description) from virtual_account;

-- For fewer than three characters, and for what begins with the words: an index entry has an upper limit, texts have none.
create index ix_search_entry_head on search_entry (account_id, kind, substr(text, 1, 100), id);

-- Three characters at a time, whatever the case. The index holds no copy of the text; its row number is the entry's id and kind,
-- because SQLite may number the rows of a table anew. "scope" lets one account's entries of one kind be found by the index itself.
create virtual table search_text using fts5 (scope, text, content = '', contentless_delete = 1, tokenize = 'trigram');

create view search_number as
select 'Device' as kind, 0 as number union all select 'License', 1 union all select 'Order', 2 union all select 'Token', 3
union all select 'Person', 4 union all select 'VirtualAccount', 5;

create trigger search_entry_added after insert on search_entry begin
  insert into search_text (rowid, scope, text)
  values (new.id * 8 + (select number from search_number where kind = new.kind), substr(new.kind, 1, 1) || new.account_id || '.', new.text);
end;

create trigger search_entry_removed after delete on search_entry begin
  delete from search_text where rowid = old.id * 8 + (select number from search_number where kind = old.kind);
end;

create trigger search_entry_changed after update on search_entry begin
  delete from search_text where rowid = old.id * 8 + (select number from search_number where kind = old.kind);
  insert into search_text (rowid, scope, text)
  values (new.id * 8 + (select number from search_number where kind = new.kind), substr(new.kind, 1, 1) || new.account_id || '.', new.text);
end;

insert into search_entry (account_id, kind, id, virtual_account_id, text) select account_id, kind, id, virtual_account_id, text from search_source;
