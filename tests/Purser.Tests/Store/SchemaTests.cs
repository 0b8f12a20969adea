using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Store;

public sealed class SchemaTests
{
    [Theory, Engines]
    public async Task The_numbered_scripts_give_what_the_model_expects(Engine engine)
    {
        await using var migratedLease = await TestEngines.NewAsync(engine);
        await using var migrated = new Database(migratedLease.Settings);
        await using var modelledLease = await TestEngines.NewEmptyAsync(engine);
        await using var modelled = new Database(modelledLease.Settings);
        await using (var connection = await modelled.ConnectAsync(TestContext.Current.CancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = SchemaScript.For(engine);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var generated = await Catalogue.ReadAsync(modelled);

            // What the model cannot say is written by hand, and stands in scripts of its own.
            foreach (var script in Migrator.Scripts(engine).Skip(1))
            {
                command.CommandText = script.Sql;
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            var added = (await Catalogue.ReadAsync(modelled)).Except(generated).ToList();
            Assert.All(added, fact => Assert.Matches("^(index search_entry .*ix_search_entry_(head|text)|(column|index) search_text)", fact));
            Assert.Empty(generated.Except(await Catalogue.ReadAsync(modelled)));
        }

        var expected = await Catalogue.ReadAsync(modelled);
        var actual = await Catalogue.ReadAsync(migrated);
        Assert.NotEmpty(expected);
        var drift = expected.Except(actual).Select(fact => $"missing: {fact}").Concat(actual.Except(expected).Select(fact => $"too much: {fact}")).ToList();
        Assert.True(drift.Count == 0, string.Join('\n', drift.Prepend("Write the scripts anew from the model (docs/architecture.md, Schema):")));
    }

    [Fact]
    public void Every_table_is_a_tenant_table_or_a_directory_table()
    {
        foreach (var type in Tables())
        {
            var isTenant = typeof(ITenantRow).IsAssignableFrom(type.ClrType);
            var isDirectory = typeof(IDirectoryRow).IsAssignableFrom(type.ClrType) || type.GetTableName()!.StartsWith("person", StringComparison.Ordinal);
            Assert.True(isTenant != isDirectory, $"{type.GetTableName()} must be one or the other");
        }
    }

    [Fact]
    public void A_tenant_tables_key_starts_with_the_account_and_its_rows_are_filtered()
    {
        foreach (var type in Tables().Where(type => typeof(ITenantRow).IsAssignableFrom(type.ClrType)))
        {
            Assert.Equal("account_id", type.FindPrimaryKey()!.Properties[0].GetColumnName());
            Assert.NotEmpty(type.GetDeclaredQueryFilters());
        }
    }

    [Fact]
    public void Foreign_keys_stay_inside_a_tenant()
    {
        foreach (var key in Tables().SelectMany(type => type.GetForeignKeys()))
        {
            Assert.Equal(typeof(ITenantRow).IsAssignableFrom(key.DeclaringEntityType.ClrType), typeof(ITenantRow).IsAssignableFrom(key.PrincipalEntityType.ClrType));
        }
    }

    [Fact]
    public void Names_fit_into_PostgreSQL()
    {
        var names = Tables().SelectMany(type => type.GetIndexes().Select(index => index.GetDatabaseName()!)
            .Concat(type.GetProperties().Select(property => property.GetColumnName())).Append(type.GetTableName()!)).ToList();
        Assert.All(names, name => Assert.Matches("^[a-z][a-z0-9_]{0,62}$", name));
        Assert.Equal(Tables().Sum(type => type.GetIndexes().Count()), Tables().SelectMany(type => type.GetIndexes().Select(index => index.GetDatabaseName())).Distinct().Count());
    }

    private static List<IEntityType> Tables()
    {
        using var context = new SqlitePurserContext(
            new DbContextOptionsBuilder<SqlitePurserContext>().UseIdentitySchema().UseSqlite("Data Source=:memory:").Options);
        return context.Model.GetEntityTypes().Where(type => type.GetTableName() is not null && !type.IsMappedToJson()).ToList();
    }
}
