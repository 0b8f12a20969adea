using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Accounts;

/// <summary>Steps that the commands on virtual accounts share.</summary>
internal static class VirtualAccountBook
{
    public static Refusal NotFound() => Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in this Smart Account.");

    public static Task<VirtualAccount?> FindAsync(WriteScope scope, long accountId, long id, CancellationToken cancellation) =>
        scope.Db.VirtualAccounts.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == id, cancellation);

    public static async Task<Refusal?> JudgeNameAsync(WriteScope scope, long accountId, string name, long? exceptId, CancellationToken cancellation)
    {
        var key = NewVirtualAccount.KeyOf(name);
        return await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.NameKey == key && row.Id != exceptId, cancellation)
            ? Verdict.Refused(RefusalCode.AlreadyExists, $"There is a virtual account \"{name}\" in this Smart Account already.", "Name")
            : null;
    }

    /// <summary>The {virtualAccount} of the route; 0, which no row has, where it is no number.</summary>
    public static long IdOf(HttpContext context) =>
        long.TryParse(context.GetRouteValue("virtualAccount") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
