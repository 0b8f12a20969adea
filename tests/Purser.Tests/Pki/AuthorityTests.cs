using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Pki;

/// <summary>The operator's view of the authority, and rotation by him.</summary>
[Trait("Feature", "PI-01")]
public sealed class AuthorityTests
{
    private const string Address = "/api/v1/operator/authority";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Rotation_begins_new_keys_and_keeps_the_root(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var keys = installation.Get<AuthorityKeys>();
        var before = keys.Current;
        var api = await installation.People.OperatorApiAsync();

        // A dry run changes nothing, a repetition with the same key neither.
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync($"{Address}/keys/rotate?dryRun=true", null, Stop)).StatusCode);
        Assert.Same(before, keys.Current);
        api.DefaultRequestHeaders.Add("Idempotency-Key", "rotate once");
        var first = await (await api.PostAsync($"{Address}/keys/rotate", null, Stop)).Content.ReadAsStringAsync(Stop);
        Assert.Equal(first, await (await api.PostAsync($"{Address}/keys/rotate", null, Stop)).Content.ReadAsStringAsync(Stop));

        Assert.Equal(before.RootFingerprint, keys.RootFingerprint);
        Assert.Equal(2, keys.Current.Issuing.Count);
        Assert.NotEqual(before.MessageSigner.Id, keys.Current.MessageSigner.Id);
        Assert.NotEqual(before.Tls.Id, keys.Current.Tls.Id);
        Assert.Equal(keys.Current.CurrentIssuing.Id, JsonDocument.Parse(first).RootElement.GetProperty("issuingKeyId").GetInt64());

        var shown = (await api.GetJsonAsync(Address)).Json;
        Assert.Equal(
            ["Tls InUse", "MessageSigner InUse", "Issuing InUse", "Tls Believed", "MessageSigner Believed", "Issuing Believed", "Root InUse"],
            shown.GetProperty("keys").EnumerateArray().Select(key => $"{key.GetProperty("kind").GetString()} {key.GetProperty("state").GetString()}"));
        await using var db = installation.Database.Read();
        Assert.Equal(1, await db.AuditEntries.CountAsync(row => row.Command == RotateAuthority.Name, Stop));
        Assert.StartsWith("The issuing key ", (await db.Events.SingleAsync(row => row.AccountId == 0 && row.Kind == "Authority Keys Rotated", Stop)).Message, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Without_the_roots_private_key_nothing_is_begun(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        await installation.Database.WriteAsync(
            db => db.AuthorityKeys.Where(row => row.Kind == AuthorityKeyKind.Root).ExecuteUpdateAsync(set => set.SetProperty(row => row.SealedPrivateKey, (byte[]?)null), Stop), Stop);
        var api = await installation.People.OperatorApiAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync($"{Address}/keys/rotate", null, Stop)).StatusCode);
        var root = (await api.GetJsonAsync(Address)).Json.GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("kind").GetString() == "Root");
        Assert.False(root.GetProperty("hasPrivateKey").GetBoolean());
    }

    [Theory, Engines]
    public async Task Certificate_health_counts_what_needs_attention(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await DeviceEstate.MakeAsync(installation);
        var now = installation.Clock.Now;
        foreach (var days in new[] { 300, 300, 29, -1 })
        {
            await estate.DeviceAsync(estate.Default, $"device-{days}", device => device.CertificateEndsAt = now.AddDays(days));
        }

        await estate.DeviceAsync(estate.Default, "left", device => (device.CertificateEndsAt, device.State) = (now.AddDays(1), Purser.Server.Devices.DeviceState.Removed));
        await installation.Database.WriteAsync(
            db => db.IdentityCertificates.Where(row => row.NotAfter > now.AddDays(200)).OrderBy(row => row.Serial).Take(1)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, CertificateState.Revoked).SetProperty(row => row.RevokedAt, now), Stop), Stop);
        var api = await installation.People.OperatorApiAsync(OperatorRole.Support);
        var shown = (await api.GetJsonAsync(Address)).Json;
        Assert.Equal("""{"valid":3,"ended":1,"revoked":1,"intended":0,"endingSoon":1,"overdue":1}""", shown.GetProperty("certificates").GetRawText());
        Assert.Equal(HttpStatusCode.Forbidden, (await api.PostAsync($"{Address}/keys/rotate", null, Stop)).StatusCode);
    }

    [Theory, Engines]
    public async Task The_page_shows_keys_and_rotates_after_asking(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        using var support = await installation.BrowserAsync(await installation.People.OperatorAsync(OperatorRole.Support));
        var page = await support.GetStringAsync("/operator/authority", Stop);
        Assert.Contains(installation.Get<AuthorityKeys>().RootFingerprint, page, StringComparison.Ordinal);
        Assert.DoesNotContain("/operator/authority/rotate", page, StringComparison.Ordinal);

        using var administrator = await installation.BrowserAsync(await installation.People.OperatorAsync());
        Assert.Contains("/operator/authority/rotate", await administrator.GetStringAsync("/operator/authority", Stop), StringComparison.Ordinal);
        Assert.Contains("cannot be taken back", await administrator.GetStringAsync("/operator/authority/rotate", Stop), StringComparison.Ordinal);
    }
}
