using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Store;

/// <summary>Tells every context that the identity tables are of the third version: without it there is no table of passkeys (stack notes 5).</summary>
internal static class IdentitySchema
{
    // The base context reads the version from the application's services, which contexts made by hand do not have.
    private static readonly IServiceProvider Options = new ServiceCollection()
        .Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    public static DbContextOptionsBuilder<TContext> UseIdentitySchema<TContext>(this DbContextOptionsBuilder<TContext> builder)
        where TContext : DbContext =>
        (DbContextOptionsBuilder<TContext>)builder.UseApplicationServiceProvider(Options);
}
