using System.Reflection;
using Microsoft.EntityFrameworkCore;

namespace Purser.Server.Store;

/// <summary>
/// Row-level isolation between accounts: a context opened for an account cannot read another's tenant rows, whatever a query forgets.
/// Queries name the account as well, because the index wants it.
/// </summary>
internal static class TenantFilter
{
    public static void Apply(ModelBuilder builder, PurserContext context)
    {
        var method = typeof(TenantFilter).GetMethod(nameof(ApplyTo), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var type in builder.Model.GetEntityTypes().Select(type => type.ClrType).Where(typeof(ITenantRow).IsAssignableFrom).ToList())
        {
            method.MakeGenericMethod(type).Invoke(null, [builder, context]);
        }
    }

    private static void ApplyTo<TRow>(ModelBuilder builder, PurserContext context)
        where TRow : class, ITenantRow =>
        builder.Entity<TRow>().HasQueryFilter(row => context.IsUnlimited || row.AccountId == context.Tenant);
}
