using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>Licenses with their transactions, and alerts, in the first account: rows that are only looked at.</summary>
internal static class VolumeFiller
{
    public const long FirstAlert = FirstRow;
    public const long FirstLicense = 1000;
    private const long Count = 2000;
    private const long Lines = 50;
    private const long FirstRow = 3_000_000_000;

    public static IEnumerable<string> Licenses(Engine engine)
    {
        var no = engine == Engine.Postgres ? "false" : "0";
        yield return Filler.Numbers(engine, Count,
            "insert into entitlement (id, tag, tag_uuid, name, description, version, enforcement, tier_rank, is_reporting_only, created_at)",
            $"{FirstLicense} + n, 'volume-' || n, 'volume-' || n, 'Volume ' || n, 'License number ' || n, '', 'NotEnforced', 0, {no}, 1780000000");
        yield return Filler.Numbers(engine, Count,
            "insert into pool (account_id, virtual_account_id, entitlement_id, billing, purchased, pending, firm, in_transition, uncovered, locked, in_use, lent, borrowed)",
            $"1, 1, {FirstLicense} + n, 'Prepaid', {Lines * 10}, 0, 0, 0, 0, 0, n % 400, 0, 0");
        yield return Filler.Numbers(engine, Count * Lines,
            "insert into license_line (account_id, id, entitlement_id, billing, license_type, quantity, state, is_upgrade, acquired_at, source, order_number, order_line, web_order_id, "
            + "purchase_order, sku, product_family, customer_name, ship_to_country, subscription_id, product_sku, product_serial, device_details, pak, suite_name, source_transaction_id)",
            $"1, {FirstRow} + n, {FirstLicense} + 1 + (n - 1) / {Lines}, 'Prepaid', 'Perpetual', 10, 'Active', {no}, 1780000000, 'Order', 'ORD-' || n, '1', 'WEB-' || n, 'PO-' || (n % 5000), "
            + "'SKU-' || (n % 300), 'Switching', 'Customer ' || (n % 900), 'SE', '', '', '', '', '', '', ''");
        yield return Filler.Numbers(engine, Count * Lines,
            "insert into holding (account_id, line_id, virtual_account_id, entitlement_id, held, firm, in_transition, locked)",
            $"1, {FirstRow} + n, 1, {FirstLicense} + 1 + (n - 1) / {Lines}, 10, 0, 0, 0");
    }

    public static IEnumerable<string> SearchEntries()
    {
        yield return "insert into search_entry (account_id, kind, id, virtual_account_id, text) select account_id, kind, id, virtual_account_id, text from search_source "
            + $"where (kind = 'License' and id > {FirstLicense}) or (kind = 'Order' and id > {FirstRow})";
    }

    /// <summary>Open alerts of this number: one on every hundredth product instance, the others on none that is filled, so that they are in lists of alerts alone.</summary>
    public static IEnumerable<string> Alerts(Engine engine, long count)
    {
        yield return Filler.Numbers(engine, count,
            "insert into alert (account_id, id, kind, level, state, subject, virtual_account_id, device_id, count, period, message, raised_at, closed_by)",
            $"1, {FirstAlert} + n, 'FailedToConnect', 'Minor', 'Open', 'filled-' || n, 1, 2000000000 + n * 100, 0, 30, 'No contact.', 1780000000, ''");
    }
}
