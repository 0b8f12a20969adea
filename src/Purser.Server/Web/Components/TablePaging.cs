using Purser.Server.Http;

namespace Purser.Server.Web.Components;

/// <summary>Between tables and the keyset pages of queries.</summary>
public static class TablePaging
{
    /// <summary>The piece of the list that the address asks for.</summary>
    public static PageRequest Place(this TableQuery query, int? rows = null) => new(query.After, query.Before, rows);

    public static TableTotal? AsTotal(this RowCount? count) => count is null ? null : new TableTotal(count.Count, count.More);
}
