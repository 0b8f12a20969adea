-- The search: written by hand, because the model knows no trigram index. The table itself is the model's (0001).
-- Any owner of a database may create this extension.
create extension if not exists pg_trgm;

-- Sorted and compared by character, as the index below must.
alter table search_entry alter column text type text collate "C";

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

create index ix_search_entry_text on search_entry using gin (text gin_trgm_ops);

insert into search_entry (account_id, kind, id, virtual_account_id, text) select account_id, kind, id, virtual_account_id, text from search_source;
