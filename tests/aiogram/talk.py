"""Talks to kurir's stand-in of the Bot API with aiogram, a client that others wrote.

Arguments: address of the stand-in, token. The people are set up by the Rust test that calls this: 5001 has started the bot
and presses "Ya" as soon as he sees it, 5002 has blocked the bot, 5003 must be left alone for 7 seconds, 5004 is nobody.
Every answer is parsed by aiogram's models; a wrong one raises and the exit code is not 0.
"""

import asyncio
import sys

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

PDF = b"%PDF-1.7\r\n--not-a-boundary\r\n" + bytes(range(256))


def keyboard(*pairs):
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in pairs]])


async def refused(kind, words, call):
    try:
        await call
    except kind as error:
        assert words in str(error), error
        return error
    raise AssertionError(f"nothing was refused: {words}")


async def introduce(bot):
    me = await bot.get_me()
    assert me.is_bot and me.username, me
    assert await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    commands = [BotCommand(command="bantuan", description="Petunjuk"), BotCommand(command="lepas", description="Putus tautan")]
    assert await bot.set_my_commands(commands)
    assert [(c.command, c.description) for c in await bot.get_my_commands()] == [(c.command, c.description) for c in commands]


async def offsets(bot):
    first = await bot.get_updates(allowed_updates=["message", "edited_message", "callback_query", "my_chat_member"])
    assert first[0].message.text == "/start kode-5001", first
    assert first[0].message.from_user.id == first[0].message.chat.id == 5001
    assert any(update.my_chat_member and update.my_chat_member.new_chat_member.status == "kicked" for update in first), first
    assert [u.update_id for u in await bot.get_updates()] == [u.update_id for u in first], "asking again confirms nothing"
    part = await bot.get_updates(offset=first[1].update_id)
    assert [u.update_id for u in part] == [u.update_id for u in first[1:]], "what is below the offset is gone"
    voice = next(update.message.voice for update in first if update.message and update.message.voice)
    assert (await bot.download(voice.file_id)).read() == b"OggS", voice
    after = first[-1].update_id + 1
    assert await bot.get_updates(offset=after) == []
    return after


async def converse(bot, after):
    sent = await bot.send_message(5001, "<b>Tekan</b> &amp; lihat", parse_mode="HTML", reply_markup=keyboard(("Ya", "t1"), ("Tidak", "t2")))
    assert sent.text == "Tekan & lihat" and sent.entities[0].type == "bold" and sent.entities[0].length == 5, sent
    assert sent.reply_markup.inline_keyboard[0][1].callback_data == "t2"
    [update] = await bot.get_updates(offset=after, timeout=30)
    press = update.callback_query
    assert press.data == "t1" and press.message.message_id == sent.message_id and press.from_user.id == 5001, press
    assert await bot.answer_callback_query(press.id, text="Tercatat.", show_alert=True)
    await refused(TelegramBadRequest, "query is too old", bot.answer_callback_query(press.id))
    edited = await bot.edit_message_text("<i>Dicatat</i>", chat_id=5001, message_id=sent.message_id, parse_mode="HTML")
    assert edited.text == "Dicatat" and edited.edit_date and edited.reply_markup is None, edited
    same = bot.edit_message_text("<i>Dicatat</i>", chat_id=5001, message_id=sent.message_id, parse_mode="HTML")
    await refused(TelegramBadRequest, "message is not modified", same)
    marked = await bot.edit_message_reply_markup(chat_id=5001, message_id=sent.message_id, reply_markup=keyboard(("Tarik", "t3")))
    assert marked.reply_markup.inline_keyboard[0][0].text == "Tarik"


async def documents(bot):
    file = BufferedInputFile(PDF, "surat undangan é.pdf")
    sent = await bot.send_document(5001, file, caption="<b>Hal</b>", parse_mode="HTML", protect_content=True)
    assert sent.document.file_name == "surat undangan é.pdf" and sent.document.file_size == len(PDF), sent
    assert sent.caption == "Hal" and sent.has_protected_content and sent.caption_entities[0].type == "bold"
    again = await bot.send_document(5001, sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id
    edited = await bot.edit_message_caption(chat_id=5001, message_id=sent.message_id, caption="Dicatat")
    assert edited.caption == "Dicatat" and edited.document.file_id == sent.document.file_id
    await refused(TelegramBadRequest, "no text in the message", bot.edit_message_text("x", chat_id=5001, message_id=sent.message_id))
    await refused(TelegramBadRequest, "caption is too long", bot.send_document(5001, sent.document.file_id, caption="x" * 1025))


async def refusals(bot, server):
    await refused(TelegramForbiddenError, "bot was blocked by the user", bot.send_message(5002, "x"))
    wait = await refused(TelegramRetryAfter, "", bot.send_message(5003, "x"))
    assert wait.retry_after == 7, wait
    await refused(TelegramBadRequest, "chat not found", bot.send_message(5004, "x"))
    await refused(TelegramBadRequest, "can't parse entities: Unsupported start tag \"h1\"", bot.send_message(5001, "<h1>x</h1>", parse_mode="HTML"))
    await refused(TelegramBadRequest, "BUTTON_DATA_INVALID", bot.send_message(5001, "x", reply_markup=keyboard(("a", "x" * 65))))
    await refused(TelegramBadRequest, "message is too long", bot.send_message(5001, "x" * 4097))
    await refused(TelegramBadRequest, "message to edit not found", bot.edit_message_text("x", chat_id=5001, message_id=999))
    async with Bot("1:wrong", session=AiohttpSession(api=server)) as stranger:
        await refused(TelegramUnauthorizedError, "Unauthorized", stranger.get_me())


async def main(url, token):
    server = TelegramAPIServer.from_base(url.rstrip("/"))
    async with Bot(token, session=AiohttpSession(api=server)) as bot:
        await introduce(bot)
        after = await offsets(bot)
        await converse(bot, after)
        await documents(bot)
        await refusals(bot, server)
    print("aiogram is content")


asyncio.run(main(*sys.argv[1:3]))
