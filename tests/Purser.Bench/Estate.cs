using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Bench;

/// <summary>100 accounts × 20 licenses = 2,000 pools, well stocked, and a token in each account.</summary>
internal static class Estate
{
    public const int Accounts = 100;
    public const int Entitlements = 20;
    public const string Pid = "NW-9300-48";
    public const string SoftwareTag = "regid.2026-01.example.northwind.NW9300,1.0_00000000-0000-4000-8000-000000000001";

    public static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private const long FirstAccount = 1;
    private const long FirstEntitlement = 1;

    public static string EntitlementTag(int index) =>
        $"regid.2026-01.example.northwind.BENCH_{index},1.0_00000000-0000-4000-9000-{index:D12}";

    public static long AccountId(int index) => FirstAccount + index;

    public static long EntitlementId(int index) => FirstEntitlement + index;

    public static long VirtualAccountId(int account) => 1 + account;

    /// <returns>The token of each account.</returns>
    public static async Task<IReadOnlyList<string>> MakeAsync(BenchStore store)
    {
        var clock = new DomainClock(TimeProvider.System);
        var (box, _) = MasterKey.Load(new PurserSettings { Store = store.Settings });
        await using var database = new Database(store.Settings);
        var tokens = await AddRowsAsync(database, box, clock.Now);
        var path = new WritePath(database, clock, TimeProvider.System, new IdSource(database), ExpiryPeriods.Of(new LicenseSettings()), DayZone.Utc, NullLogger<WritePath>.Instance);
        for (var account = 0; account < Accounts; account++)
        {
            var at = account;
            var verdict = await path.RunAsync<Done>(
                new Command("bench.deposit", Actor.System, new { at }) { Accounts = [AccountId(at)] },
                async scope =>
                {
                    var transaction = scope.NextId(IdKind.Transaction);
                    for (var entitlement = 0; entitlement < Entitlements; entitlement++)
                    {
                        await scope.Ledger(AccountId(at)).DepositAsync(
                            new LineDraft(EntitlementId(entitlement), 1_000_000_000, LicenseTerms.Perpetual, LineSource.ManualFulfillment),
                            VirtualAccountId(at), transaction);
                    }

                    return Verdict.Done;
                });
            if (!verdict.IsOk)
            {
                throw new InvalidOperationException(verdict.Refusal!.ToString());
            }
        }

        return tokens;
    }

    private static async Task<IReadOnlyList<string>> AddRowsAsync(Database database, SecretBox box, DateTimeOffset now)
    {
        await using var db = database.Open();
        db.Products.Add(new Product { Id = 1, Tag = SoftwareTag, TagUuid = SoftwareTag[^36..], Name = "NW9300", CreatedAt = now });
        for (var index = 0; index < Entitlements; index++)
        {
            var tag = EntitlementTag(index);
            db.Entitlements.Add(new Entitlement { Id = EntitlementId(index), Tag = tag, TagUuid = tag[^36..], Name = $"Bench {index}", CreatedAt = now });
        }

        var tokens = new List<string>();
        for (var index = 0; index < Accounts; index++)
        {
            var id = AccountId(index);
            db.Accounts.Add(new Account { Id = id, Name = $"Bench {index}", Domain = $"bench{index}.example", Status = AccountStatus.Active, CreatedAt = now });
            db.AccountHeads.Add(Installation.NewHead(id));
            db.VirtualAccounts.Add(new VirtualAccount
            {
                AccountId = id, Id = VirtualAccountId(index), Name = "DEFAULT", NameKey = "DEFAULT", Level = 1, IsDefault = true, CreatedAt = now,
            });
            tokens.Add(AddToken(db, box, index, now));
        }

        await db.SaveChangesAsync();
        return tokens;
    }

    private static string AddToken(PurserContext db, SecretBox box, int account, DateTimeOffset now)
    {
        var text = RegistrationTokenText.New(now);
        var hash = RegistrationTokenText.HashOf(text)!;
        db.RegistrationTokens.Add(new RegistrationToken
        {
            AccountId = AccountId(account), Id = 1 + account, VirtualAccountId = VirtualAccountId(account), TextHash = hash,
            SealedText = box.Seal(text, $"registration_token/{AccountId(account)}/{1 + account}"),
            CreatedBy = "bench", CreatedAt = now, ExpiresAt = now.AddDays(30),
        });
        db.TokenDirectory.Add(new TokenDirectory { TextHash = hash, AccountId = AccountId(account), TokenId = 1 + account });
        return text;
    }
}
