using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.People.SignIn.SecondFactor;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "AP-04")]
public sealed partial class SecondFactorTests
{
    private const string Step = "/sign-in/second-step";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        // RFC 6238 appendix B, the last six digits.
        var key = Encoding.ASCII.GetBytes("12345678901234567890");
        Assert.Equal(code, OneTimeCode.At(key, OneTimeCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));
        Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Base32.Write(key));
    }

    [Theory, Engines]
    public async Task A_code_is_asked_for_after_the_password_and_opens_once(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        var (key, _) = await EnrolAsync(jo);
        var browser = new FormBrowser(jo.Installation);
        Assert.Equal(Step, await SignedInPerson.SendPasswordAsync(browser));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/me")).StatusCode);

        // The code with which the app was confirmed is spent.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, CodeOf(jo, key)));
        jo.Clock.Offset += TimeSpan.FromSeconds(30);
        var code = CodeOf(jo, key);
        Assert.Equal(HttpStatusCode.SeeOther, await SendCodeAsync(browser, code[..3] + " " + code[3..]));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/me")).StatusCode);

        var second = new FormBrowser(jo.Installation);
        await SignedInPerson.SendPasswordAsync(second);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(second, code));
    }

    [Theory, Engines]
    public async Task A_recovery_code_opens_once_and_leaves_an_event(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        var (_, codes) = await EnrolAsync(jo);
        Assert.Equal(10, codes.Count);
        var browser = new FormBrowser(jo.Installation);
        await SignedInPerson.SendPasswordAsync(browser);
        Assert.Equal(HttpStatusCode.SeeOther, await SendCodeAsync(browser, codes[0].ToLowerInvariant()));
        await SignedInPerson.SendPasswordAsync(browser);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, codes[0]));
        await using var db = jo.Installation.Database.Read();
        Assert.Equal(9, await db.RecoveryCodes.CountAsync(Stop));
        Assert.Equal(1, await db.Events.CountAsync(row => row.AccountId == jo.Account.Id && row.Message.Contains("recovery code"), Stop));
    }

    [Theory, Engines]
    public async Task Wrong_codes_lock_and_a_right_password_in_between_does_not_unlock(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine, security => security with { LockoutAttempts = 3 });
        var (key, codes) = await EnrolAsync(jo);
        jo.Clock.Offset += TimeSpan.FromSeconds(30);
        var browser = new FormBrowser(jo.Installation);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(Step, await SignedInPerson.SendPasswordAsync(browser));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, attempt == 0 ? "not a code" : "000000"));
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, CodeOf(jo, key)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, codes[0]));
        Assert.Equal("refused", await SignedInPerson.SendPasswordAsync(new FormBrowser(jo.Installation)));
    }

    [Theory, Engines]
    public async Task The_second_step_takes_ten_minutes_at_most_and_nothing_without_a_password(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        var (key, _) = await EnrolAsync(jo);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(new FormBrowser(jo.Installation), CodeOf(jo, key)));
        var browser = new FormBrowser(jo.Installation);
        await SignedInPerson.SendPasswordAsync(browser);
        jo.Clock.Offset += TimeSpan.FromMinutes(11);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendCodeAsync(browser, CodeOf(jo, key)));
    }

    [Theory, Engines]
    public async Task Turning_it_off_and_new_codes_need_the_password(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        await EnrolAsync(jo);
        foreach (var path in new[] { "/me/second-factor/recovery-codes", "/me/second-factor/off" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await jo.Browser.PostAsync("/me", path, new() { ["password"] = "wrong" })).StatusCode);
        }

        var renewed = await jo.Browser.PostAsync("/me", "/me/second-factor/recovery-codes", new() { ["password"] = SignedInPerson.Password });
        Assert.Equal(10, RecoveryCode().Count(await renewed.Content.ReadAsStringAsync(Stop)));
        Assert.Equal("/me", (await jo.Browser.PostAsync("/me", "/me/second-factor/off", new() { ["password"] = SignedInPerson.Password })).Headers.Location!.ToString());
        Assert.Equal("/accounts/acme.example/alerts", await SignedInPerson.SendPasswordAsync(new FormBrowser(jo.Installation)));
    }

    [Theory, Engines]
    public async Task The_operator_resets_it_with_audit_and_the_account_is_told(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine);
        await EnrolAsync(jo);
        var staff = await jo.Installation.People.OperatorAsync();
        var reset = jo.Installation.Get<ResetSecondFactor>();
        var input = new ResetSecondFactor.Input(jo.Actor.Id);
        Assert.True((await reset.HandleAsync(new Command(ResetSecondFactor.Name, staff, input), input, Stop)).IsOk);
        Assert.Equal(HttpStatusCode.Redirect, (await jo.Browser.GetAsync("/me")).StatusCode);
        Assert.Equal("/accounts/acme.example/alerts", await SignedInPerson.SendPasswordAsync(new FormBrowser(jo.Installation)));
        await using var db = jo.Installation.Database.Read();
        Assert.Equal(
            [AccountHead.Installation, jo.Account.Id],
            await db.AuditEntries.Where(row => row.Command == ResetSecondFactor.Name && row.ActorId == staff.Id).Select(row => row.AccountId).Order().ToListAsync(Stop));
        Assert.Equal(1, await db.Events.CountAsync(row => row.AccountId == jo.Account.Id && row.Message.Contains("were reset"), Stop));

        Assert.Equal(RefusalCode.Conflict, (await reset.HandleAsync(new Command(ResetSecondFactor.Name, staff, input), input, Stop)).Refusal!.Code);
        var own = new ResetSecondFactor.Input(staff.Id);
        Assert.Equal(RefusalCode.NotAllowed, (await reset.HandleAsync(new Command(ResetSecondFactor.Name, staff, own), own, Stop)).Refusal!.Code);
        var nobody = new ResetSecondFactor.Input(987654321);
        Assert.Equal(RefusalCode.NotFound, (await reset.HandleAsync(new Command(ResetSecondFactor.Name, staff, nobody), nobody, Stop)).Refusal!.Code);
    }

    [Theory, Engines]
    public async Task Where_everybody_needs_one_setting_it_up_comes_before_anything_else(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine, security => security with { RequireSecondFactor = "everyone" });
        Assert.Equal("/me/second-factor", (await jo.Browser.GetAsync("/accounts/acme.example/alerts")).Headers.Location!.ToString());
        Assert.Equal("/me/second-factor", (await jo.Browser.PostAsync("/me/second-factor", "/me/sessions/end-others", [])).Headers.Location!.ToString());
        await EnrolAsync(jo);
        Assert.Equal(HttpStatusCode.OK, (await jo.Browser.GetAsync("/accounts/acme.example/alerts")).StatusCode);
    }

    [Theory, Engines]
    public async Task Where_staff_needs_one_customers_are_not_asked(Engine engine)
    {
        await using var jo = await SignedInPerson.StartAsync(engine, security => security with { RequireSecondFactor = "staff" });
        Assert.Equal(HttpStatusCode.OK, (await jo.Browser.GetAsync("/accounts/acme.example/alerts")).StatusCode);
        using var staff = await jo.Installation.BrowserAsync(await jo.Installation.People.OperatorAsync());
        Assert.Equal("/me/second-factor", (await staff.GetAsync("/operator/accounts", Stop)).Headers.Location!.ToString());
    }

    /// <summary>Through the pages, as a person does it.</summary>
    private static async Task<(byte[] Key, IReadOnlyList<string> Codes)> EnrolAsync(SignedInPerson jo)
    {
        Assert.Equal("/me/second-factor", (await jo.Browser.PostAsync("/me/second-factor", "/me/second-factor/offer", [])).Headers.Location!.ToString());
        var page = await (await jo.Browser.GetAsync("/me/second-factor")).Content.ReadAsStringAsync(Stop);
        Assert.Contains("<svg class=\"qr-code\"", page, StringComparison.Ordinal);
        byte[] key = [];
        await jo.Installation.WithAsync<ManageSecondFactor>(async manage => key = (await manage.StateAsync(jo.Actor.Id, Stop)).Offered!);
        Assert.Contains(Base32.InFours(Base32.Write(key)), page, StringComparison.Ordinal);
        var wrong = await jo.Browser.PostAsync("/me/second-factor", "/me/second-factor/confirm", new() { ["code"] = "12345" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        var done = await jo.Browser.PostAsync("/me/second-factor", "/me/second-factor/confirm", new() { ["code"] = CodeOf(jo, key) });
        var codes = RecoveryCode().Matches(await done.Content.ReadAsStringAsync(Stop)).Select(match => match.Groups["code"].Value).ToList();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await jo.Browser.PostAsync("/me", "/me/second-factor/offer", [])).StatusCode);
        return (key, codes);
    }

    private static string CodeOf(SignedInPerson jo, byte[] key) => OneTimeCode.At(key, OneTimeCode.StepAt(jo.Clock.GetUtcNow()));

    private static async Task<HttpStatusCode> SendCodeAsync(FormBrowser browser, string code) =>
        (await browser.PostAsync(Step, Step, new() { ["code"] = code })).StatusCode;

    [GeneratedRegex("<li><code>(?<code>[A-Z2-7-]{19})</code></li>", RegexOptions.NonBacktracking)]
    private static partial Regex RecoveryCode();
}
