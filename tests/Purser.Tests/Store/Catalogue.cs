using System.Text.RegularExpressions;
using Purser.Server.Store;

namespace Purser.Tests.Store;

/// <summary>What a database says about its own schema, one line a fact: tables, columns, types, nullability, keys, indices, constraints.</summary>
internal static partial class Catalogue
{
    private const string PostgresFacts =
        """
        select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
               || case when a.attidentity <> '' then ' identity' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
          from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        union all
        select 'constraint ' || c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
          from pg_constraint k join pg_class c on c.oid = k.conrelid where c.relnamespace = 'public'::regnamespace
        union all
        select 'index ' || tablename || ' ' || indexdef from pg_indexes where schemaname = 'public'
        """;

    private const string SqliteFacts =
        """
        select 'column ' || t.name || '.' || c.name || ' ' || c.type || case when c."notnull" then ' not null' else '' end || ' key ' || c.pk || coalesce(' default ' || c.dflt_value, '')
          from sqlite_schema t, pragma_table_xinfo(t.name) c where t.type = 'table'
        union all
        select 'index ' || t.name || ' ' || i.name || case when i."unique" then ' unique' else '' end || ' (' || (select group_concat(x.name, ', ') from pragma_index_info(i.name) x) || ') '
               || coalesce((select lower(substr(s.sql, instr(upper(s.sql), ' WHERE '))) from sqlite_schema s where s.name = i.name and instr(upper(s.sql), ' WHERE ') > 0), '')
          from sqlite_schema t, pragma_index_list(t.name) i where t.type = 'table'
        union all
        select 'foreign key ' || t.name || '.' || f."from" || ' ' || f."table" || '.' || f."to" || ' ' || f.on_delete
          from sqlite_schema t, pragma_foreign_key_list(t.name) f where t.type = 'table'
        """;

    public static async Task<IReadOnlyList<string>> ReadAsync(Database database)
    {
        var isPostgres = database.Engine == Engine.Postgres;
        var facts = (await ColumnAsync(database, isPostgres ? PostgresFacts : SqliteFacts)).ToList();
        if (!isPostgres)
        {
            // SQLite tells its checks only in the text of the table.
            facts.AddRange((await ColumnAsync(database, "select name || ' ' || sql from sqlite_schema where type = 'table'"))
                .SelectMany(text => Check().Matches(text).Select(match => $"check {text.Split(' ')[0]} {match.Value}")));
        }

        return facts.Where(fact => !fact.Contains(" schema_version", StringComparison.Ordinal) && !fact.Contains(" sqlite_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
    }

    private static async Task<IReadOnlyList<string>> ColumnAsync(Database database, string sql)
    {
        await using var connection = await database.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    [GeneratedRegex("CONSTRAINT \"[^\"]+\" CHECK \\(.*\\)", RegexOptions.None, 1000)]
    private static partial Regex Check();
}
