using System.Data.Common;
using System.Globalization;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Bench;

/// <summary>What a page or a report asks the database, as one would write it by hand: every column of every row is read, nothing is done with it.</summary>
internal sealed class BareQuestions : IAsyncDisposable
{
    private readonly Database database;
    private readonly DbConnection connection;

    private BareQuestions(Database database, DbConnection connection)
    {
        this.database = database;
        this.connection = connection;
    }

    /// <summary>Every product instance with the names around it and its open alerts.</summary>
    public static string DeviceReport { get; } =
        """
        select v.name, p.name, d.display_name, d.udi_pid, d.udi_serial_number, d.mode, d.registered_at, d.last_contact_at, a.level, a.kind
        from device d
        join virtual_account v on v.account_id = d.account_id and v.id = d.virtual_account_id
        join product p on p.id = d.product_id
        left join alert a on a.account_id = d.account_id and a.device_id = d.id and a.state = 'Open'
        where d.account_id = 1 and d.state = 'Registered'
        order by d.display_name, d.id
        """;

    public static string LicenseReport { get; } =
        """
        select v.name, e.name, l.billing, l.purchased, l.pending, l.in_use, l.firm, l.in_transition, l.uncovered, l.lent, l.borrowed, l.short_since, t.name
        from pool l
        join entitlement e on e.id = l.entitlement_id
        join virtual_account v on v.account_id = l.account_id and v.id = l.virtual_account_id
        left join license_tag_use u on u.account_id = l.account_id and u.entitlement_id = l.entitlement_id and u.line_id = 0
        left join license_tag t on t.account_id = l.account_id and t.id = u.tag_id
        where l.account_id = 1
        order by v.name, e.name, e.id
        """;

    /// <summary>Licenses of which a transaction here is of this customer, and how many they are.</summary>
    public static IReadOnlyList<string> Searched { get; } = WithCount(
        """
        select e.name, e.id as license, l.* from pool l join entitlement e on e.id = l.entitlement_id
        where l.account_id = 1 and l.virtual_account_id = 1 and exists (
            select 1 from holding h join license_line i on i.account_id = h.account_id and i.id = h.line_id
            where h.account_id = 1 and h.virtual_account_id = 1 and h.entitlement_id = l.entitlement_id and h.held > 0 and i.source = 'Order' and lower(i.customer_name) like '%customer 77%')
        """,
        "name, license");

    public static async Task<BareQuestions> OpenAsync(StoreSettings settings)
    {
        var opened = new Database(settings);
        return new BareQuestions(opened, await opened.ConnectAsync());
    }

    public static IReadOnlyList<string> Licenses(string after) => WithCount(
        "select e.name, e.id as license, l.* from pool l join entitlement e on e.id = l.entitlement_id where l.account_id = 1 and l.virtual_account_id = 1", "name, license", $"name > '{after}'");

    public static IReadOnlyList<string> Devices(string after, long id) =>
    [
        .. WithCount(
            "select * from device where account_id = 1 and virtual_account_id = 1 and state = 'Registered'", "display_name, id",
            string.Create(CultureInfo.InvariantCulture, $"display_name >= '{after}' and (display_name > '{after}' or id > {id})")),
        string.Create(
            CultureInfo.InvariantCulture,
            $"select * from alert where account_id = 1 and state = 'Open' and device_id in (select id from device where account_id = 1 and virtual_account_id = 1 and state = 'Registered' and display_name >= '{after}' order by display_name, id limit 51)"),
    ];

    public static IReadOnlyList<string> Events(long before) => WithCount(
        "select * from event where account_id = 1 and virtual_account_id = 1", "seq desc", string.Create(CultureInfo.InvariantCulture, $"seq < {before}"));

    /// <summary>Where an alert that is due now stands among the severities (the generated column of the table).</summary>
    public const long MinorWithoutDate = 1_000_000_000_000;

    public static IReadOnlyList<string> Alerts(long after) => WithCount(
        "select * from alert where account_id = 1 and state = 'Open' and (hidden_until is null or hidden_until <= 1790000000)", "sort_key, id",
        string.Create(CultureInfo.InvariantCulture, $"sort_key >= {(after == 0 ? 0 : MinorWithoutDate)} and (sort_key > {MinorWithoutDate} or id > {after})"));

    /// <returns>How many rows were read.</returns>
    public async Task<long> AskAsync(IReadOnlyList<string> statements)
    {
        var rows = 0L;
        foreach (var sql in statements)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 600;
            await using var reader = await command.ExecuteReaderAsync();
            var values = new object[reader.FieldCount];
            while (await reader.ReadAsync())
            {
                reader.GetValues(values);
                rows++;
            }
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>A page of 50 rows, and how many there are in all as far as the footer says it.</summary>
    private static IReadOnlyList<string> WithCount(string rows, string order, string? from = null) =>
    [
        from is null ? $"{rows} order by {order} limit 51" : $"select * from ({rows}) as found where {from} order by {order} limit 51",
        $"select count(*) from ({rows} limit 10001) as counted",
    ];
}
