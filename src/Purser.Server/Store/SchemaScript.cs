using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Store;

/// <summary>The SQL that the model expects. The numbered scripts are written from it; a test compares a migrated database with the model.</summary>
public static class SchemaScript
{
    public static string For(Engine engine)
    {
        // No connection is opened: only the provider's grammar is needed.
        using PurserContext context = engine == Engine.Postgres
            ? new PostgresPurserContext(new DbContextOptionsBuilder<PostgresPurserContext>().UseIdentitySchema().UseNpgsql("Host=nowhere").Options)
            : new SqlitePurserContext(new DbContextOptionsBuilder<SqlitePurserContext>().UseIdentitySchema().UseSqlite("Data Source=:memory:").Options);
        return context.Database.GenerateCreateScript().ReplaceLineEndings("\n");
    }
}
