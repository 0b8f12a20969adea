using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Audit;

/// <summary>An exported audit log proves itself, and every change stands in it as it was before and after (SA-16).</summary>
[Trait("Feature", "SA-16")]
public sealed class AuditFileTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_change_is_recorded_before_and_after_and_in_its_own_account_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var other = await installation.People.AccountAsync("other.example");
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var person = await installation.People.PersonAsync(account, Role.SmartAccountUser);
        await using var db = installation.Database.Read();
        var grant = await db.RoleGrants.FirstAsync(row => row.PersonId == person.Id, Stop);
        var input = new ChangeRole.Input(Role.SmartAccountViewer) { GrantId = grant.Id, IncludesChildren = false };
        var changed = await installation.Get<ChangeRole>().HandleAsync(new Command(ChangeRole.Name, administrator, input) { Accounts = [account.Id] }, input, Stop);
        Assert.True(changed.IsOk);

        var entry = await db.AuditEntries.SingleAsync(row => row.Command == ChangeRole.Name, Stop);
        Assert.Matches(
            $$"""\{"row":"role_grant","key":"{{account.Id}}/{{grant.Id}}","before":\{[^}]*"role":"SmartAccountUser"[^}]*\},"after":\{[^}]*"role":"SmartAccountViewer"[^}]*""", entry.Changes);

        // A command on both: each tells of its own rows only.
        var renamed = await installation.WritePath.RunAsync<Done>(new Command("test.both", administrator, "both") { Accounts = [account.Id, other.Id] }, async scope =>
        {
            foreach (var row in await scope.Db.VirtualAccounts.Where(row => row.AccountId == account.Id || row.AccountId == other.Id).ToListAsync(Stop))
            {
                row.Description = $"of {row.AccountId}";
            }

            return Verdict.Done;
        }, Stop);
        Assert.True(renamed.IsOk);
        foreach (var (own, foreign) in new[] { (account.Id, other.Id), (other.Id, account.Id) })
        {
            var both = await db.AuditEntries.SingleAsync(row => row.Command == "test.both" && row.AccountId == own, Stop);
            Assert.Contains($"of {own}", both.Changes, StringComparison.Ordinal);
            Assert.DoesNotContain($"of {foreign}", both.Changes, StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task No_secret_stands_in_the_log(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        await using var db = jo.Installation.Database.Read();
        var person = await db.Users.SingleAsync(Stop);
        var entries = await db.AuditEntries.Select(row => row.Input + row.Changes).ToListAsync(Stop);
        Assert.Contains(entries, text => text.Contains("\"passwordHash\":\"(secret)\"", StringComparison.Ordinal));
        Assert.DoesNotContain(entries, text => text.Contains(person.PasswordHash!, StringComparison.Ordinal) || text.Contains(person.SecurityStamp!, StringComparison.Ordinal));
    }

    [Theory, Engines]
    public async Task An_exported_log_is_clean_and_every_flipped_byte_is_found_in_its_line(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        await installation.People.PersonAsync(account, Role.SmartAccountViewer);
        using var api = await installation.People.OperatorApiAsync();
        var file = await api.GetByteArrayAsync($"/api/v1/operator/audit/export?of={account.Domain}", Stop);
        var clean = await VerifyAsync(file);
        Assert.Null(clean.Problem);
        // The account was made, and two people got their roles.
        Assert.Equal(3, clean.Entries);
        await using var db = installation.Database.Read();
        Assert.Equal(Convert.ToHexStringLower((await db.AccountHeads.SingleAsync(row => row.AccountId == account.Id, Stop)).AuditHash), clean.Head);

        // Another letter in each place: named with its line where a line holds it, by the digest where none does.
        for (var place = 0; place < file.Length; place += 7)
        {
            var flipped = (byte[])file.Clone();
            flipped[place] ^= 0x01;
            var line = 1 + file.AsSpan(0, place).Count((byte)'\n');
            var found = (await VerifyAsync(flipped)).Problem;
            Assert.True(found is not null, $"A flipped byte at {place} was not found");
            if (line is > 1 and < 5 && file[place] != '\n')
            {
                Assert.StartsWith($"Line {line}", found, StringComparison.Ordinal);
            }
        }

        var text = Encoding.UTF8.GetString(file);
        Assert.Contains("audit entry 2", (await VerifyAsync(Encoding.UTF8.GetBytes(text.Replace("SmartAccountAdministrator 1", "SmartAccountAdministrator 9", StringComparison.Ordinal)))).Problem!, StringComparison.Ordinal);
        var lines = text.Split('\n');
        Assert.Contains("the end is missing", (await VerifyAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines[..4]) + "\n"))).Problem!, StringComparison.Ordinal);
        Assert.Contains("audit entry 1 was expected, found 2", (await VerifyAsync(Encoding.UTF8.GetBytes(string.Join('\n', [lines[0], .. lines[2..]])))).Problem!, StringComparison.Ordinal);
        Assert.NotNull((await VerifyAsync([])).Problem);
        Assert.Contains("cannot be read", (await VerifyAsync("nonsense\n"u8.ToArray())).Problem!, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_log_is_listed_and_exported_for_the_operator_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        using var customer = await installation.People.ApiAsync(account);
        Assert.Equal(HttpStatusCode.Forbidden, (await customer.GetAsync("/api/v1/operator/audit/export?of=acme.example", Stop)).StatusCode);
        using var api = await installation.People.OperatorApiAsync();
        Assert.Contains("accounts.create", await api.GetStringAsync("/api/v1/operator/audit", Stop), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/api/v1/operator/audit?of=nowhere.example", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/api/v1/operator/audit/export?of=nowhere.example", Stop)).StatusCode);
        using var staff = await installation.BrowserAsync(await installation.People.OperatorAsync());
        Assert.Contains("Export for verification", await staff.GetStringAsync("/operator/audit", Stop), StringComparison.Ordinal);
        var path = Path.Combine(installation.DataDirectory, "audit.jsonl");
        await File.WriteAllBytesAsync(path, await staff.GetByteArrayAsync("/operator/audit/export", Stop), Stop);
        await using var file = File.OpenRead(path);
        Assert.Null((await VerifyAuditFile.HandleAsync(file, Stop)).Problem);
    }

    private static Task<VerifyAuditFile.Outcome> VerifyAsync(byte[] file) => VerifyAuditFile.HandleAsync(new MemoryStream(file), Stop);
}
