using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>User groups, API clients, rules and requests of accounts that are merged and split at random; and what must hold of them at any time.</summary>
internal sealed class RandomBelongings(TestInstallation installation, SeededNumbers numbers)
{
    private int groups;
    private int clients;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="other">Another account, or the same, into which a group is let.</param>
    public async Task<bool> AddAsync(long account, long place, long other)
    {
        var verdict = await installation.WritePath.RunAsync<Done>(new Command("test.belongings", Actor.System, new { }) { Accounts = [account, other] }, async scope =>
        {
            var group = new UserGroup { AccountId = account, Id = scope.NextId(IdKind.Group), Name = $"Group {groups % 3}", NameKey = "", CreatedBy = "test", CreatedAt = scope.Now };
            group.Name = await FreeAsync(scope.Db, group);
            group.NameKey = GroupRules.KeyOf(group.Name);
            scope.Db.UserGroups.Add(group);
            Grant(scope, account, row => row.GroupId = group.Id, place);
            if (other != account)
            {
                scope.Db.GroupSpans.Add(new GroupSpan
                {
                    GroupId = group.Id, TargetAccountId = other, HomeAccountId = account, GroupName = group.Name, LookupId = SecretSource.NewUuid(), RequestedAt = scope.Now,
                    State = GroupSpanState.Granted, RequestedBy = "test", RequestedByEmail = "",
                });
                Grant(scope, other, row => row.GroupId = group.Id, null);
            }

            var client = new ApiClient
            {
                AccountId = account, Id = scope.NextId(IdKind.Client), ClientId = SecretSource.NewUuid(), Name = "Program", SecretHash = [1], Scopes = "Read", CreatedBy = "test", CreatedAt = scope.Now,
            };
            scope.Db.ApiClients.Add(client);
            scope.Db.ApiClientDirectory.Add(new ApiClientDirectory { ClientId = client.ClientId, AccountId = account, ApiClientId = client.Id });
            Grant(scope, account, row => row.ClientId = client.Id, numbers.Chance(50) ? place : null);
            await AddAccessAsync(scope, account, place);
            return Verdict.Done;
        }, Stop);
        groups += verdict.IsOk ? 1 : 0;
        clients += verdict.IsOk ? 1 : 0;
        return verdict.IsOk;
    }

    public async Task CheckAsync()
    {
        await using var db = installation.Database.Read();
        var closed = await db.Accounts.Where(row => row.Status == AccountStatus.Closed).Select(row => row.Id).ToHashSetAsync(Stop);
        var allGroups = await db.UserGroups.ToDictionaryAsync(row => row.Id, row => row.AccountId, Stop);
        var allClients = await db.ApiClients.ToListAsync(Stop);
        Assert.Equal((groups, clients), (allGroups.Count, allClients.Count));
        Assert.DoesNotContain(allGroups.Values, closed.Contains);
        Assert.DoesNotContain(allClients, row => closed.Contains(row.AccountId));
        Assert.DoesNotContain(await db.AccessRequests.Where(row => row.State == AccessRequestState.Pending).Select(row => row.AccountId).ToListAsync(Stop), closed.Contains);
        Assert.Equal(
            allClients.Select(row => (row.ClientId, row.AccountId)).Order(), (await db.ApiClientDirectory.ToListAsync(Stop)).Select(row => (row.ClientId, row.AccountId)).Order());

        var spans = await db.GroupSpans.ToListAsync(Stop);
        Assert.All(spans, span => Assert.Equal(allGroups[span.GroupId], span.HomeAccountId));
        Assert.DoesNotContain(spans, span => span.HomeAccountId == span.TargetAccountId || closed.Contains(span.TargetAccountId));
        var places = (await db.VirtualAccounts.ToListAsync(Stop)).Select(row => (row.AccountId, row.Id)).ToHashSet();
        var ways = spans.Select(span => (span.TargetAccountId, span.GroupId)).ToHashSet();
        var homes = allClients.ToDictionary(row => row.Id, row => row.AccountId);
        Assert.All((await db.RoleGrants.ToListAsync(Stop)).Where(row => !closed.Contains(row.AccountId)), grant =>
        {
            Assert.True(grant.VirtualAccountId is not { } place || places.Contains((grant.AccountId, place)));
            Assert.True(grant.GroupId is not { } group || allGroups[group] == grant.AccountId || ways.Contains((grant.AccountId, group)));
            Assert.True(grant.ClientId is not { } client || homes[client] == grant.AccountId);
        });
    }

    private static void Grant(WriteScope scope, long account, Action<RoleGrant> holder, long? place)
    {
        var grant = new RoleGrant
        {
            AccountId = account, Id = scope.NextId(IdKind.Grant), Role = place is null ? Role.SmartAccountViewer : Role.VirtualAccountUser, VirtualAccountId = place,
            GrantedAt = scope.Now, GrantedBy = "test",
        };
        holder(grant);
        scope.Db.RoleGrants.Add(grant);
    }

    private static async Task<string> FreeAsync(PurserContext db, UserGroup group)
    {
        var taken = (await db.UserGroups.Where(row => row.AccountId == group.AccountId).Select(row => row.NameKey).ToListAsync(Stop)).ToHashSet(StringComparer.Ordinal);
        return MergerRules.FreeName(group.Name, "again", taken);
    }

    private async Task AddAccessAsync(WriteScope scope, long account, long place)
    {
        scope.Db.AccessRequests.Add(new AccessRequest
        {
            AccountId = account, Id = scope.NextId(IdKind.AccessRequest), PersonId = 1, PersonName = "Somebody", Email = "somebody@else.example", RequestedAt = scope.Now,
        });
        var domain = $"mail{numbers.Below(3)}.example";
        if (!await scope.Db.AccessRules.AnyAsync(row => row.AccountId == account && row.MailDomain == domain, Stop))
        {
            scope.Db.AccessRules.Add(new AccessRule
            {
                AccountId = account, Id = scope.NextId(IdKind.AccessRequest), MailDomain = domain, Role = Role.VirtualAccountUser, CreatedBy = "test", CreatedAt = scope.Now,
                VirtualAccounts = place.ToString(System.Globalization.CultureInfo.InvariantCulture),
            });
        }
    }
}
