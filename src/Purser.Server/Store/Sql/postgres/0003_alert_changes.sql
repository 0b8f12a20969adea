-- What webhooks and the syslog server are told of: a change of an alert is noted in the transaction that makes it, whoever makes it, where somebody listens.
create function note_alert_change() returns trigger language plpgsql as $$
begin
  if (exists (select 1 from webhook where account_id = new.account_id) or exists (select 1 from installation_fact where name = 'alerts.syslog')) then
    insert into alert_change (account_id, alert_id, change) values (new.account_id, new.id, tg_argv[0]) on conflict do nothing;
  end if;
  return null;
end;
$$;

create trigger alert_opened after insert on alert
for each row when (new.state = 'Open') execute function note_alert_change('Opened');

create trigger alert_became_major after update of level on alert
for each row when (new.state = 'Open' and new.level = 'Major' and old.level <> 'Major') execute function note_alert_change('BecameMajor');

create trigger alert_closed after update of state on alert
for each row when (old.state = 'Open' and new.state <> 'Open') execute function note_alert_change('Closed');
