-- What webhooks and the syslog server are told of: a change of an alert is noted in the transaction that makes it, whoever makes it, where somebody listens.
create trigger alert_opened after insert on alert
when new.state = 'Open' and (exists (select 1 from webhook where account_id = new.account_id) or exists (select 1 from installation_fact where name = 'alerts.syslog')) begin
  insert into alert_change (account_id, alert_id, change) values (new.account_id, new.id, 'Opened') on conflict do nothing;
end;

create trigger alert_became_major after update of level on alert
when new.state = 'Open' and new.level = 'Major' and old.level <> 'Major' and (exists (select 1 from webhook where account_id = new.account_id) or exists (select 1 from installation_fact where name = 'alerts.syslog')) begin
  insert into alert_change (account_id, alert_id, change) values (new.account_id, new.id, 'BecameMajor') on conflict do nothing;
end;

create trigger alert_closed after update of state on alert
when old.state = 'Open' and new.state <> 'Open' and (exists (select 1 from webhook where account_id = new.account_id) or exists (select 1 from installation_fact where name = 'alerts.syslog')) begin
  insert into alert_change (account_id, alert_id, change) values (new.account_id, new.id, 'Closed') on conflict do nothing;
end;
