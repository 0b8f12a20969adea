using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Accounts;
using Purser.Server.Devices;
using Purser.Server.Licenses;
using Purser.Server.Pki;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Devices;

[Trait("Feature", "PI-01")]
public sealed class RegistrationTests
{
    [Theory, Engines]
    public async Task A_device_registers_and_is_in_the_books(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1", "edge-1");

        var reply = await device.RegisterAsync(await world.TokenAsync());

        var identity = reply.Data<IdentityReply>().Value;
        Assert.Equal(ReplyStatus.Ok, reply.Reply.Status);
        Assert.Equal(("Acme", "A", false), (identity.SmartAccount, identity.VirtualAccount, identity.ExportAllowed));
        Assert.Equal(world.Now.AddDays(180).ToUnixTimeSeconds(), identity.RenewAt);
        Assert.Equal(world.Now.AddDays(365).AddSeconds(-300).ToUnixTimeSeconds(), identity.ExpiresAt);
        var row = await world.DeviceRowAsync("SN1");
        Assert.Equal(("edge-1", DeviceState.Registered, identity.ProductInstanceIdentifier), (row.DisplayName, row.State, row.Piid));
        Assert.Equal(world.Now, row.LastContactAt);
        Assert.Equal(
            ["The product instance edge-1 connected and was added to the Virtual Account \"A\"."], (await world.EventsAsync()).Select(one => one.Message));
        await using var db = world.Server.Database.Read();
        Assert.Equal(CertificateState.Issued, (await db.IdentityCertificates.FindAsync([row.CertificateSerial], TestContext.Current.CancellationToken))!.State);
        Assert.Equal(1, db.RegistrationTokens.Single().Uses);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task A_repeated_registration_gets_the_first_answer_and_is_no_second_use(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        var text = device.RegistrationText(await world.TokenAsync(maximumUses: 1));

        var first = await device.SendAsync(text, withCertificate: false);
        world.Server.Advance(TimeSpan.FromHours(3)); // far beyond the tolerated skew
        var second = await device.SendAsync(text, withCertificate: false);

        Assert.Equal(TestDevice.Text(first), TestDevice.Text(second));
        await using var db = world.Server.Database.Read();
        Assert.Equal(1, db.RegistrationTokens.Single().Uses);
        Assert.Single(db.IdentityCertificates);
    }

    [Theory, Engines]
    [Trait("Feature", "LI-17")]
    public async Task What_was_billed_by_usage_consumes_prepaid_when_the_product_instance_registers(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.ReportingAsync("SN1", DeviceWorld.Advantage, 7);
        await world.ReportingAsync("SN2", DeviceWorld.Advantage, 2);
        await world.AssertConsistentAsync();
        using var stays = new TestDevice(world, "SN1");
        using var moves = new TestDevice(world, "SN2");

        Assert.Equal(ReplyStatus.Ok, (await stays.RegisterAsync(await world.TokenAsync())).Reply.Status);
        Assert.Equal(ReplyStatus.Ok, (await moves.RegisterAsync(await world.TokenAsync(DeviceWorld.B()))).Reply.Status);

        Assert.Equal((7, 2, 0), (await InUseAsync(DeviceWorld.A(), Billing.Prepaid), await InUseAsync(DeviceWorld.B(), Billing.Prepaid), await InUseAsync(DeviceWorld.A(), Billing.Usage)));
        await world.AssertConsistentAsync();

        async Task<long> InUseAsync(long place, Billing billing)
        {
            await using var db = world.Server.Database.Read();
            return db.Pools.Where(pool => pool.VirtualAccountId == place && pool.EntitlementId == DeviceWorld.Advantage && pool.Billing == billing).Sum(pool => pool.InUse);
        }
    }

    [Theory, Engines]
    public async Task An_issuance_that_was_interrupted_is_finished_when_the_device_repeats(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var device = new TestDevice(world, "SN1");
        var text = device.RegistrationText(await world.TokenAsync(maximumUses: 1));
        var body = RequestWriter.Seal(text, device.Key, []);
        var checkedMessage = world.Server.Get<Purser.Server.Devices.Door.MessageCheck>().Check(body);

        // The server commits, and stops before it signs.
        Assert.True(world.Server.Get<Purser.Server.Devices.Committing.DeviceCommitter>().TrySubmit(checkedMessage.Message!, out var committing));
        var pending = (await committing).Pending!;
        await using (var db = world.Server.Database.Read())
        {
            Assert.Equal(CertificateState.Intended, (await db.IdentityCertificates.FindAsync([pending.Serial], TestContext.Current.CancellationToken))!.State);
        }

        device.Adopt(await device.SendAsync(text, withCertificate: false));

        await using var after = world.Server.Database.Read();
        Assert.Equal(CertificateState.Issued, (await after.IdentityCertificates.FindAsync([pending.Serial], TestContext.Current.CancellationToken))!.State);
        Assert.Equal(1, after.RegistrationTokens.Single().Uses);
        Assert.True((await device.AuthorizeAsync()).Data<AuthorizationReply>().IsOk);
    }

    [Theory, Engines]
    [Trait("Feature", "TK-01")]
    public async Task Each_bad_token_is_refused_with_its_own_reason(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.AddAccountAsync(2, "Holder", AccountType.PartnerHolding);
        await world.AddAccountAsync(3, "Closed");
        await using (var db = world.Server.Database.Open())
        {
            db.Accounts.Single(account => account.Id == 3).Status = AccountStatus.Closed;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var first = new TestDevice(world, "SN1");
        var once = await world.TokenAsync(maximumUses: 1);
        await first.RegisterAsync(once);
        using var device = new TestDevice(world, "SN2");
        var expired = await world.TokenAsync(days: 1);
        world.Server.Advance(TimeSpan.FromDays(1));

        foreach (var (token, code) in new[]
        {
            (expired, WireCode.TokenExpired),
            (await world.TokenAsync(isRevoked: true), WireCode.TokenRevoked),
            (once, WireCode.TokenUsedUp),
            ("a-token-of-another-installation", WireCode.TokenInvalid),
            (await world.TokenAsync(DeviceWorld.A(2), accountId: 2), WireCode.NotAllowed),
            (await world.TokenAsync(DeviceWorld.A(3), accountId: 3), WireCode.NotAllowed),
        })
        {
            var reply = await device.RegisterAsync(token);
            Assert.Equal((ReplyStatus.Failed, code), (reply.Reply.Status, reply.Reply.Code));
        }

        var unknown = await device.RegisterAsync("a b");
        Assert.Equal(WireCode.TokenInvalid, unknown.Reply.Code);
        var product = await device.RegisterAsync(await world.TokenAsync(), tag: DeviceWorld.SoftwareTag.Replace("0001", "9999", StringComparison.Ordinal));
        Assert.Equal(WireCode.UnknownProduct, product.Reply.Code);
    }

    [Theory, Engines]
    [Trait("Feature", "SA-05")]
    public async Task While_the_agreement_is_pending_nobody_registers_but_running_devices_go_on(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        using var old = new TestDevice(world, "SN1");
        var token = await world.TokenAsync();
        await old.RegisterAsync(token);
        await using (var db = world.Server.Database.Open())
        {
            db.Agreements.Add(new Agreement { Version = 1, Title = "t", Text = "x", TextHash = [], PublishedAt = world.Now });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var late = new TestDevice(world, "SN2");
        Assert.Equal(WireCode.AgreementPending, (await late.RegisterAsync(token)).Reply.Code);
        Assert.Equal(ReplyStatus.Ok, (await old.AuthorizeAsync((DeviceWorld.AdvantageTag, 1))).Reply.Status);
        Assert.Equal(ReplyStatus.Ok, (await old.RenewAsync()).Reply.Status);
    }

    [Theory, Engines]
    public async Task The_same_device_keeps_its_row_and_history_another_key_needs_force(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync();
        using var device = new TestDevice(world, "SN1");
        await device.RegisterAsync(token);
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2));
        var (before, oldCertificate) = (await world.DeviceRowAsync("SN1"), device.Certificate);

        Assert.Equal(ReplyStatus.Ok, (await device.RegisterAsync(token)).Reply.Status); // proof of the same key is enough
        var after = await world.DeviceRowAsync("SN1");
        Assert.Equal((before.Id, before.Piid), (after.Id, after.Piid));
        Assert.NotEqual(before.CertificateSerial, after.CertificateSerial);
        Assert.Equal(2, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);

        // The certificate from before the registration is void.
        var current = device.Certificate;
        device.Certificate = oldCertificate;
        Assert.Equal(WireCode.IdentityInvalid, (await device.AuthorizeAsync()).Reply.Code);
        device.Certificate = current;

        using var replaced = new TestDevice(world, "SN1");
        Assert.Equal(WireCode.AlreadyRegistered, (await replaced.RegisterAsync(token)).Reply.Code);
        Assert.Equal(ReplyStatus.Ok, (await replaced.RegisterAsync(token, force: true)).Reply.Status);
        Assert.Equal(before.Id, (await world.DeviceRowAsync("SN1")).Id);
        Assert.Equal(WireCode.IdentityInvalid, (await device.AuthorizeAsync()).Reply.Code);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Registering_in_another_virtual_account_moves_the_demand(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.DepositAsync(DeviceWorld.Advantage, 5);
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2));

        await device.RegisterAsync(await world.TokenAsync(DeviceWorld.B()));

        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(-2, (await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.B()))!.Balance);
        Assert.Contains(
            "The product instance edge-1 was transferred from the Virtual Account \"A\" to the Virtual Account \"B\".", (await world.EventsAsync()).Select(one => one.Message));
        Assert.Single(await world.OpenAlertsAsync());
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Registering_in_another_account_ends_the_old_row_there(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.AddAccountAsync(2, "Globex");
        using var device = new TestDevice(world, "SN1", "edge-1");
        var first = (await device.RegisterAsync(await world.TokenAsync())).Data<IdentityReply>().Value;
        await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 2));

        var second = (await device.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2))).Data<IdentityReply>().Value;

        Assert.Equal("Globex", second.SmartAccount);
        Assert.NotEqual(first.ProductInstanceIdentifier, second.ProductInstanceIdentifier);
        Assert.Equal(DeviceState.Removed, (await world.DeviceRowAsync("SN1")).State);
        Assert.Equal(DeviceState.Registered, (await world.DeviceRowAsync("SN1", 2)).State);
        Assert.Equal(0, (await world.PoolAsync(DeviceWorld.Advantage))!.InUse);
        Assert.Equal(
            "The product instance \"edge-1\" was removed from Smart Software Manager.", (await world.EventsAsync()).Single(one => one.Kind == "Product Instance Removed").Message);
        Assert.Empty(await world.OpenAlertsAsync());
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1))).Reply.Status);
        Assert.Equal(1, (await world.PoolAsync(DeviceWorld.Advantage, DeviceWorld.A(2), 2))!.InUse);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Force_alone_ends_no_registration_of_another_account(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        await world.AddAccountAsync(2, "Globex");
        using var device = new TestDevice(world, "SN1", "edge-1");
        await device.RegisterAsync(await world.TokenAsync());
        using var other = new TestDevice(world, "SN1");

        var refused = (await other.RegisterAsync(await world.TokenAsync(DeviceWorld.A(2), accountId: 2), force: true)).Reply;

        Assert.Equal(WireCode.AlreadyRegistered, refused.Code);
        Assert.DoesNotContain("Acme", refused.Message, StringComparison.Ordinal); // whose it is stays unsaid
        Assert.Equal(ReplyStatus.Ok, (await device.AuthorizeAsync((DeviceWorld.AdvantageTag, 1))).Reply.Status);
        await world.AssertConsistentAsync();
    }

    [Theory, Engines]
    public async Task Many_devices_at_once_each_get_their_own_identity(Engine engine)
    {
        await using var world = await DeviceWorld.StartAsync(engine);
        var token = await world.TokenAsync(maximumUses: 20);

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(async number =>
        {
            using var device = new TestDevice(world, $"SN{number}");
            return await device.RegisterAsync(token);
        }));

        Assert.Equal(20, replies.Count(reply => reply.Reply.Status == ReplyStatus.Ok));
        Assert.Equal(10, replies.Count(reply => reply.Reply.Code == WireCode.TokenUsedUp));
        Assert.Equal(20, replies.Where(reply => reply.Reply.Status == ReplyStatus.Ok).Select(reply => reply.Data<IdentityReply>().Value.ProductInstanceIdentifier).Distinct().Count());
        await world.AssertConsistentAsync();
    }
}
