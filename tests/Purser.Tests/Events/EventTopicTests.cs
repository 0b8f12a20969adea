using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Events;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Events;

/// <summary>The Smart Account's own log: what was done to properties, agreements, tokens, people, narrowed by these.</summary>
[Trait("Feature", "SA-13")]
public sealed class EventTopicTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_kind_of_the_accounts_own_events_has_a_topic()
    {
        var without = new[] { typeof(AccountEvents), typeof(MergerEvents), typeof(PeopleEvents), typeof(TokenEvents), typeof(GroupEvents) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static)).Where(method => method.ReturnType == typeof(EventText))
            .Select(method => ((EventText)method.Invoke(null, [.. method.GetParameters().Select(Sample)])!).Kind)
            .Where(kind => !Enum.GetValues<EventTopic>().Any(topic => EventTopics.Beginnings(topic).Any(beginning => kind.StartsWith(beginning, StringComparison.Ordinal))));
        Assert.Empty(without);
    }

    [Theory, Engines]
    public async Task The_accounts_own_log_is_narrowed_by_topic_as_page_rest_and_file(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await installation.People.PersonAsync(account, Role.SmartAccountUser);
        var input = new CreateTokens.Input([account.DefaultVirtualAccountId]) { TermsAccepted = true };
        await installation.Get<CreateTokens>().HandleAsync(new Command(CreateTokens.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        using var api = await installation.People.ApiAsync(account);

        Assert.Equal(["User Added"], await KindsAsync(api, account, "People"));
        Assert.Equal(["Registration Token Created"], await KindsAsync(api, account, "Tokens"));
        Assert.Equal(["Smart Account Created"], await KindsAsync(api, account, "Properties"));
        Assert.Equal(["Virtual Account Created"], await KindsAsync(api, account, "VirtualAccounts"));
        Assert.Empty(await KindsAsync(api, account, "Agreements"));
        var file = await api.GetStringAsync($"{account.Api}/account-events?topic=Tokens&format=csv", Stop);
        Assert.Contains("Registration Token Created,", file, StringComparison.Ordinal);
        Assert.DoesNotContain("User Added", file, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> KindsAsync(HttpClient api, TestAccount account, string topic) =>
        (await api.GetFromJsonAsync<JsonNode>($"{account.Api}/account-events?topic={topic}", Stop))!["items"]!.AsArray().Select(row => row!["kind"]!.GetValue<string>());

    private static object? Sample(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(string) => "x",
        var type when type == typeof(Account) => new Account { Name = "x", Domain = "x.example" },
        var type when type == typeof(AccountMerger) => new AccountMerger { MadeBy = "x" },
        var type when type.IsAssignableFrom(typeof(string[])) && type != typeof(object) => Array.Empty<string>(),
        var type when type.IsValueType => Activator.CreateInstance(type),
        _ => null,
    };
}
