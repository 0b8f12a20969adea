using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Devices.Committing;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Tests.Devices;

/// <summary>The committer's plain SQL names columns by hand; the model says which there are.</summary>
public sealed class BatchStatementTests
{
    [Fact]
    public async Task Every_statement_fits_its_table()
    {
        await using var database = new Database(new StoreSettings { DataDirectory = Path.GetTempPath() });
        await using var db = database.Open();
        var tables = db.Model.GetEntityTypes().Where(type => type.GetTableName() is not null).ToLookup(type => type.GetTableName()!, type => type.GetProperties());
        var statements = typeof(BatchStatements).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, Statement: field.GetValue(null) as RowStatement)).ToList();
        Assert.True(statements.Count > 15);
        foreach (var (name, statement) in statements)
        {
            var columns = tables[statement!.Table].Single();
            Assert.Empty(statement.ColumnNames.Except(columns.Select(column => column.GetColumnName())).Select(column => $"{name}: {column}"));
            if (statement.IsInsert)
            {
                var needed = columns.Where(column => !column.IsNullable && column.GetComputedColumnSql() is null).Select(column => column.GetColumnName());
                Assert.Empty(needed.Except(statement.ColumnNames).Select(column => $"{name}: {column} is missing"));
            }
        }
    }
}
