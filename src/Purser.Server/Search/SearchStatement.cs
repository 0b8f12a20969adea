using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Purser.Server.Store;

namespace Purser.Server.Search;

/// <summary>What was found, and where its reader may see it.</summary>
internal readonly record struct Found(long AccountId, long Id, long VirtualAccountId);

/// <summary>
/// One question of one kind as SQL. The reader's rights are part of it: rows that she may not see are never read out of the database, and take
/// no place from others. Newest first, because the indices give that order without sorting what matches.
/// </summary>
internal sealed class SearchStatement(Engine engine, SearchKind kind, SearchTerms terms, SearchRights rights, int limit)
{
    /// <summary>Beyond it, naming the accounts to the full-text index costs more than it saves.</summary>
    private const int MostScopes = 200;

    // What is longer is compared by its first hundred characters, as the index has it (0002_search.sql).
    private const string Head = "substr(e.text, 1, 100)";

    private readonly List<(string Name, object Value)> parameters = [];

    /// <summary>The ones that contain all words, after the given one.</summary>
    public async Task<List<Found>> ContainingAsync(DbConnection connection, Found? after, CancellationToken cancellation)
    {
        var sql = new StringBuilder(Start(isFullText: engine == Engine.Sqlite));
        AddWords(sql, isFullText: engine == Engine.Sqlite);
        AddRights(sql);
        if (after is { } place)
        {
            sql.Append(CultureInfo.InvariantCulture, $" and (e.id, {Account}) < ({Parameter(place.Id)}, {Parameter(place.AccountId)})");
            if (engine == Engine.Sqlite)
            {
                sql.Append(CultureInfo.InvariantCulture, $" and f.rowid < {Parameter(checked((place.Id + 1) * 8))}");
            }
        }

        // Where the order is the full text's own, reading ends with the last row that is wanted.
        var order = engine == Engine.Postgres || IsPlacedElsewhere || IsOfSeveralAccounts ? $"e.id desc, {Account} desc" : "f.rowid desc";
        return await ReadAsync(connection, sql.Append(Grouping).Append(CultureInfo.InvariantCulture, $" order by {order} limit {Parameter(limit)}").ToString(), cancellation);
    }

    /// <summary>The ones whose text begins with the words, the shortest first: what somebody means who types a whole name, or two letters.</summary>
    public async Task<List<Found>> BeginningAsync(DbConnection connection, CancellationToken cancellation)
    {
        var sql = new StringBuilder(Start(isFullText: false));
        var head = terms.HasLong ? terms.Head : terms.Words[0];
        sql.Append(CultureInfo.InvariantCulture, $" and {Head} >= {Parameter(head)} and {Head} < {Parameter(head + "\U0010FFFF")}");
        if (!terms.HasLong)
        {
            AddWords(sql, isFullText: false);
        }

        if (IsOfNoAccount)
        {
            sql.Append(" and e.account_id = 0");
        }

        AddRights(sql);
        var grouping = Grouping.Length == 0 ? "" : $"{Grouping}, {Head}";
        return await ReadAsync(connection, sql.Append(grouping).Append(CultureInfo.InvariantCulture, $" order by {Head}, e.id limit {Parameter(limit)}").ToString(), cancellation);
    }

    // Licenses and people belong to no account; where they are is said by pools and roles. A line's holdings say where it is.
    private bool IsOfNoAccount => kind is SearchKind.License or SearchKind.Person;

    private bool IsPlacedElsewhere => kind is SearchKind.License or SearchKind.Order;

    /// <summary>A person may be found once in each account.</summary>
    private bool IsOfSeveralAccounts => kind == SearchKind.Person && (rights.Everywhere || rights.AllAccounts.Count() > 1);

    private string Account => kind switch { SearchKind.License => "p.account_id", SearchKind.Person => "a.value", _ => "e.account_id" };

    private string VirtualAccount => kind switch
    {
        SearchKind.License => "p.virtual_account_id",
        SearchKind.Person => PlaceOfPerson(),
        SearchKind.Order => "h.virtual_account_id",
        _ => "e.virtual_account_id",
    };

    private string Grouping => IsPlacedElsewhere ? $" group by {Account}, e.id" : "";

    private string Start(bool isFullText)
    {
        var virtualAccount = IsPlacedElsewhere ? $"min({VirtualAccount})" : VirtualAccount;

        // A cross join keeps SQLite from reading the entries before the full text.
        var entries = isFullText ? "search_text f cross join search_entry e on e.id = f.rowid / 8" : "search_entry e";
        var place = kind switch
        {
            SearchKind.License => " join pool p on p.entitlement_id = e.id and (p.purchased > 0 or p.pending > 0 or p.in_use > 0 or p.firm + p.in_transition + p.uncovered > 0"

                // What is billed by usage lies where its subscription is assigned, used or not.
                + " or (p.billing = 'Usage' and exists (select 1 from usage_place u where u.account_id = p.account_id and u.entitlement_id = p.entitlement_id and u.virtual_account_id = p.virtual_account_id)))",
            SearchKind.Person => $" cross join {EachAccount()}",
            SearchKind.Order => " join holding h on h.account_id = e.account_id and h.line_id = e.id and h.held > 0",
            _ => "",
        };
        return $"select {Account}, e.id, {virtualAccount} from {entries}{place} where e.kind = '{kind}'";
    }

    /// <summary>The accounts in which the reader may see people.</summary>
    private string EachAccount() => rights.Everywhere ? "(select id as value from account) a"
        : engine == Engine.Postgres ? $"unnest({Parameter(rights.AllAccounts.ToArray())}) a(value)"
        : $"json_each({Parameter(JsonSerializer.Serialize(rights.AllAccounts))}) a";

    /// <summary>
    /// Where in the account her own roles and those of her user groups are, as far as the reader sees them: 0 for the whole account, null for nowhere.
    /// Asked for one person at a time, so that a word of all people costs no more than a word of one; a cross join keeps SQLite from beginning
    /// with the account's roles.
    /// </summary>
    private string PlaceOfPerson()
    {
        var seen = rights.Everywhere || rights.VirtualAccounts.Count == 0 ? "" : $" where a.value {OneOf(rights.Accounts)} or g.place {OneOf(rights.VirtualAccounts)}";
        return "(select min(g.place) from (select coalesce(r.virtual_account_id, 0) as place from role_grant r where r.person_id = e.id and r.account_id = a.value"
            + " union all select coalesce(r.virtual_account_id, 0) from user_group_member m cross join role_grant r where m.person_id = e.id and r.group_id = m.group_id"
            + $" and r.account_id = a.value) g{seen})";
    }

    private void AddWords(StringBuilder sql, bool isFullText)
    {
        if (isFullText)
        {
            sql.Append(CultureInfo.InvariantCulture, $" and f.rowid % 8 = {(int)kind} and f.search_text match {Parameter(terms.ForFullText(Scopes))}");
        }

        foreach (var word in isFullText ? terms.Short : terms.Words)
        {
            sql.Append(CultureInfo.InvariantCulture, $" and e.text like {Parameter(SearchTerms.Pattern(word))} escape '\\'");
        }
    }

    /// <summary>As 0002_search.sql writes them: the kind's letter and the account.</summary>
    private string? Scopes
    {
        get
        {
            var accounts = IsOfNoAccount ? [0] : rights.AllAccounts.ToList();
            return (rights.Everywhere && !IsOfNoAccount) || accounts.Count > MostScopes
                ? null
                : string.Join(" OR ", accounts.Select(account => SearchTerms.Quoted(string.Create(CultureInfo.InvariantCulture, $"{kind.ToString()[0]}{account}."))));
        }
    }

    private void AddRights(StringBuilder sql)
    {
        if (kind == SearchKind.Person)
        {
            sql.Append(CultureInfo.InvariantCulture, $" and {VirtualAccount} is not null");
            return;
        }

        if (rights.Everywhere)
        {
            return;
        }

        var whole = $"{Account} {OneOf(rights.Accounts)}";
        if (rights.VirtualAccounts.Count == 0)
        {
            sql.Append(CultureInfo.InvariantCulture, $" and {whole}");
            return;
        }

        // The accounts once by themselves: an index that starts with the account can go by it.
        sql.Append(CultureInfo.InvariantCulture, $" and {Account} {OneOf([.. rights.AllAccounts])}");
        sql.Append(CultureInfo.InvariantCulture, $" and ({whole} or ({Account} {OneOf(rights.PartialAccounts)} and {VirtualAccount} {OneOf(rights.VirtualAccounts)}))");
    }

    /// <summary>For a single account an index gives its order; for one of several PostgreSQL would sort all that match.</summary>
    private string OneOf(IReadOnlyList<long> numbers) =>
        numbers is [var only] ? $"= {Parameter(only)}"
        : engine == Engine.Postgres ? $"= any({Parameter(numbers.ToArray())})"
        : $"in (select value from json_each({Parameter(JsonSerializer.Serialize(numbers))}))";

    private string Parameter(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count}");
        parameters.Add((name, value));
        return name;
    }

    private async Task<List<Found>> ReadAsync(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        parameters.Clear();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Found>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Found(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return found;
    }
}
