using Microsoft.AspNetCore.Components;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Web;

/// <summary>What every page below /accounts/{account} works with besides: the account that the route guard found, the reader.</summary>
public abstract class AccountPage : PlainPage
{
    /// <summary>From the route; the guard has resolved it to <see cref="Here"/>.</summary>
    [Parameter] public string Account { get; set; } = "";

    protected AccountRef Here => Context.Account();

    protected Actor Reader => Context.Actor();

    /// <summary>"/accounts/acme.example".</summary>
    protected string Root => $"/accounts/{Here.Domain}";
}
