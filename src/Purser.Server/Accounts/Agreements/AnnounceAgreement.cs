using Microsoft.EntityFrameworkCore;
using Purser.Server.Alerts;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>
/// Raises the agreement's alert in every account that has not accepted the newest version, some accounts a command. Finds by itself what is
/// left to do, so it may be cut off and run again at any time, on any node.
/// </summary>
public sealed class AnnounceAgreement(Database database, WritePath writePath, AgreementGate gate) : IJob
{
    public const string Name = "agreement.announce";

    // Heads are locked all at once: few enough that nobody waits long.
    private const int AccountsAtOnce = 500;

    public sealed record Input(int Version);

    public async Task<string> RunAsync(CancellationToken cancellation) => $"{await HandleAsync(cancellation)} accounts told";

    /// <summary>How many accounts were told.</summary>
    public async Task<int> HandleAsync(CancellationToken cancellation = default)
    {
        var told = 0;
        for (;;)
        {
            var (version, accounts) = await NextAsync(cancellation);
            if (accounts.Count == 0)
            {
                return told;
            }

            var command = new Command(Name, Actor.System, new Input(version)) { Accounts = accounts, Ids = AccountsAtOnce };
            var verdict = await writePath.RunAsync<Done>(command, async scope =>
            {
                foreach (var account in await scope.Db.Accounts.Where(row => accounts.Contains(row.Id)).ToListAsync(cancellation))
                {
                    await gate.RaiseIfPendingAsync(scope, account, cancellation);
                }

                return Verdict.Done;
            }, cancellation);
            if (!verdict.IsOk)
            {
                throw new InvalidOperationException($"The agreement could not be announced: {verdict.Refusal}");
            }

            told += accounts.Count;
        }
    }

    private async Task<(int Version, List<long> Accounts)> NextAsync(CancellationToken cancellation)
    {
        await using var db = database.Read();
        if (await AgreementGate.NewestVersionAsync(db, cancellation) is not { } newest)
        {
            return (0, []);
        }

        var accounts = await db.Accounts
            .Where(account => account.Status != AccountStatus.Closed && (account.AgreementVersion == null || account.AgreementVersion < newest)
                && !db.Alerts.Any(alert => alert.AccountId == account.Id && alert.State == AlertState.Open
                    && alert.Subject == AlertSubjects.Agreement && alert.Period == newest))
            .OrderBy(account => account.Id).Select(account => account.Id).Take(AccountsAtOnce).ToListAsync(cancellation);
        return (newest, accounts);
    }
}
