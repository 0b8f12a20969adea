using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Tests.Infrastructure;

/// <summary>Lets a test's requests be anybody's, where how that person signed in is not the point.</summary>
internal sealed class TestActors : IStartupFilter
{
    private const string Header = "X-Test-Actor";

    private static readonly ConcurrentDictionary<string, Actor> Known = new(StringComparer.Ordinal);

    /// <summary>For <see cref="TestInstallation.StartAsync"/>.</summary>
    public static void Allow(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(new TestActors());

    public static HttpClient As(HttpClient client, Actor actor)
    {
        var key = $"{actor.Key}:{Known.Count}:{actor.GetHashCode()}";
        Known[key] = actor;
        client.DefaultRequestHeaders.Remove(Header);
        client.DefaultRequestHeaders.Add(Header, key);
        return client;
    }

    /// <summary>A person with one role in an account, for all of it or for some virtual accounts.</summary>
    public static Actor Person(long accountId, Role role, params long[] virtualAccounts) => new(ActorKind.Person, 7, "Pat Person")
    {
        Grants = [new Grant(accountId, role, virtualAccounts.Length == 0 ? null : virtualAccounts.ToHashSet())],
    };

    public static Actor Staff(OperatorRole role) => new(ActorKind.Person, 8, "Sam Staff") { IsStaff = true, OperatorRoles = [role] };

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, then) =>
        {
            if (context.Request.Headers[Header].ToString() is { Length: > 0 } key && Known.TryGetValue(key, out var actor))
            {
                context.SetActor(actor);
            }

            return then(context);
        });
        next(app);
    };
}
