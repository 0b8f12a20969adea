using System.Globalization;

namespace Purser.Server.Devices.Committing;

internal enum ColumnType
{
    Long,
    Text,
    Bytes,
    Bool,
}

internal sealed record Column<TRow>(string Name, ColumnType Type, Func<TRow, object?> Value);

/// <summary>What a statement says about its table, whatever its rows are.</summary>
internal abstract class RowStatement(string table, bool isInsert)
{
    public string Table => table;

    /// <summary>Writes whole rows, so it must name every column that has no default.</summary>
    public bool IsInsert => isInsert;

    public abstract IEnumerable<string> ColumnNames { get; }
}

/// <summary>
/// One kind of write, told once for both engines: on PostgreSQL a single statement over arrays for the whole batch, on SQLite a prepared
/// statement per row, as each was measured to be best (stack notes 2).
/// </summary>
internal sealed class RowStatement<TRow> : RowStatement
{
    private RowStatement(string table, bool isInsert, string postgres, string sqlite, IReadOnlyList<Column<TRow>> columns)
        : base(table, isInsert)
    {
        Postgres = postgres;
        Sqlite = sqlite;
        Columns = columns;
    }

    public override IEnumerable<string> ColumnNames => Columns.Select(column => column.Name);

    public string Postgres { get; }

    public string Sqlite { get; }

    public IReadOnlyList<Column<TRow>> Columns { get; }

    /// <param name="onConflict">What follows the values, in words that both engines understand; may be empty.</param>
    public static RowStatement<TRow> Insert(string table, string onConflict, params Column<TRow>[] columns)
    {
        // In quotes: "from" is a word of SQL.
        var names = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        return new RowStatement<TRow>(
            table,
            isInsert: true,
            $"insert into {table} ({names}) select * from unnest({Arrays(columns)}) {onConflict}",
            $"insert into {table} ({names}) values ({Values(columns)}) {onConflict}",
            columns);
    }

    /// <summary>Inserts, or overwrites every column beside the key.</summary>
    public static RowStatement<TRow> Upsert(string table, string[] key, params Column<TRow>[] columns)
    {
        var overwrite = columns.Select(column => column.Name).Except(key, StringComparer.Ordinal).Select(name => $"{name} = excluded.{name}");
        return Insert(table, $"on conflict ({string.Join(", ", key)}) do update set {string.Join(", ", overwrite)}", columns);
    }

    /// <param name="more">A further condition on the row, such as <c>and target.state = 'Open'</c>.</param>
    public static RowStatement<TRow> Update(string table, string[] key, string more, params Column<TRow>[] columns)
    {
        var set = columns.Where(column => !key.Contains(column.Name)).ToList();
        var numbered = columns.Select((column, index) => (column.Name, Number: index + 1)).ToDictionary(pair => pair.Name, pair => pair.Number);
        var postgresSet = string.Join(", ", set.Select(column => $"{column.Name} = given.{column.Name}"));
        var sqliteSet = string.Join(", ", set.Select(column => $"{column.Name} = {Placeholder(numbered[column.Name])}"));
        return new RowStatement<TRow>(
            table,
            isInsert: false,
            $"update {table} as target set {postgresSet} from unnest({Arrays(columns)}) as given({string.Join(", ", columns.Select(column => column.Name))}) "
            + $"where {string.Join(" and ", key.Select(name => $"target.{name} = given.{name}"))} {more}",
            $"update {table} as target set {sqliteSet} where {string.Join(" and ", key.Select(name => $"target.{name} = {Placeholder(numbered[name])}"))} {more}",
            columns);
    }

    public static RowStatement<TRow> Delete(string table, params Column<TRow>[] key)
    {
        var names = string.Join(", ", key.Select(column => column.Name));
        return new RowStatement<TRow>(
            table,
            isInsert: false,
            $"delete from {table} where ({names}) in (select * from unnest({Arrays(key)}))",
            $"delete from {table} where ({names}) = ({Values(key)})",
            key);
    }

    private static string Values(Column<TRow>[] columns) => string.Join(", ", columns.Select((_, index) => Placeholder(index + 1)));

    private static string Placeholder(int number) => "$" + number.ToString(CultureInfo.InvariantCulture);

    private static string Arrays(Column<TRow>[] columns) => string.Join(", ", columns.Select((column, index) => $"{Placeholder(index + 1)}::{column.Type switch
    {
        ColumnType.Long => "bigint[]",
        ColumnType.Text => "text[]",
        ColumnType.Bytes => "bytea[]",
        ColumnType.Bool => "boolean[]",
        _ => throw new ArgumentOutOfRangeException(nameof(columns)),
    }}"));
}
